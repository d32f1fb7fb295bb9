"""Embedding, Elman layers and their language model: torch (recorded) and central differences (live)."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from reference.elman import (
    Array,
    Layer,
    Params,
    embedding,
    embedding_loss,
    lm_backward,
    lm_forward,
    lm_trace,
    stack,
    stack_backward,
    stack_loss,
    unit,
)

RECORDED: dict[str, Any] = json.loads(
    (Path(__file__).parent / "recorded" / "elman.json").read_text(encoding="utf-8")
)


def layers_of(recorded: Any) -> list[Layer]:
    return [(np.array(W), np.array(U), np.array(b)) for W, U, b in recorded]


def params_of(recorded: Any) -> Params:
    W_emb, layers, W_out, b_out = recorded
    return np.array(W_emb), layers_of(layers), np.array(W_out), np.array(b_out)


def stack_arguments(recorded: Any) -> tuple[Array, list[Layer], list[Array], Array]:
    h0 = [np.array(state) for state in recorded["h0"]]
    return np.array(recorded["X"]), layers_of(recorded["layers"]), h0, np.array(recorded["dOut"])


def arrays_of(params: Params) -> list[Array]:
    W_emb, layers, W_out, b_out = params
    return [W_emb, *(array for layer in layers for array in layer), W_out, b_out]


def assert_close(value: Array, wanted: Any) -> None:
    np.testing.assert_allclose(value, wanted, rtol=1e-10, atol=1e-13)


def assert_slopes(gradients: Sequence[Array], moved: Sequence[Array], loss: Callable[[], float]) -> None:
    """Each gradient is what a central difference of the loss says, element by element."""
    step = 1e-6
    for gradient, array in zip(gradients, moved, strict=True):
        assert gradient.shape == array.shape
        for at in np.ndindex(*array.shape):
            before = array[at]
            losses = []
            for sign in (1, -1):
                array[at] = before + sign * step
                losses.append(loss())
            array[at] = before
            assert (losses[0] - losses[1]) / (2 * step) == pytest.approx(gradient[at], rel=1e-6, abs=1e-8)


@pytest.mark.parametrize("name", RECORDED["embedding"])
def test_embedding_agrees_with_torch_and_central_differences(name: str) -> None:
    recorded = RECORDED["embedding"][name]
    ids, W, dout = (np.array(recorded[key]) for key in ("ids", "W", "dout"))
    padding = recorded["padding_idx"]
    out, dW = embedding(ids, W, dout, padding)
    assert_close(out, recorded["out"])
    assert_close(dW, recorded["dW"])
    assert_slopes([dW], [W], lambda: embedding_loss(ids, W, dout, padding))


def test_embedding_reads_a_row_of_padding_that_is_not_zero() -> None:
    W = np.array([[1.0], [7.0]])
    out, dW = embedding(np.array([[1, 0]]), W, np.ones((1, 2, 1)), 1)
    np.testing.assert_array_equal(out, [[[7.0], [1.0]]])
    np.testing.assert_array_equal(dW, [[1.0], [0.0]])


@pytest.mark.parametrize("bad", [-1, 3])
def test_ids_outside_the_vocabulary_are_refused(bad: int) -> None:
    ids = np.array([[0, bad]])
    with pytest.raises(IndexError):
        embedding(ids, np.ones((3, 2)), np.ones((1, 2, 2)))
    params = np.ones((3, 2)), [(np.ones((2, 1)), np.ones((1, 1)), np.ones(1))], np.ones((1, 3)), np.ones(3)
    with pytest.raises(IndexError):
        lm_forward(ids, params)


@pytest.mark.parametrize("name", RECORDED["stack"])
def test_stack_agrees_with_torch(name: str) -> None:
    recorded = RECORDED["stack"][name]
    X, layers, h0, dOut = stack_arguments(recorded)
    assert_close(unit(X[:, 0], h0[0], *layers[0]), recorded["unit"])
    out, states = stack(X, layers, h0)
    assert_close(out, recorded["out"])
    for state, wanted in zip(states, recorded["states"], strict=True):
        assert_close(state, wanted)
    dX, grads = stack_backward(X, layers, h0, dOut)
    assert_close(dX, recorded["dX"])
    for layer, wanted in zip(grads, recorded["dlayers"], strict=True):
        for gradient, of in zip(layer, wanted, strict=True):
            assert_close(gradient, of)


@pytest.mark.parametrize("name", ["one layer", "unequal widths", "one step"])
def test_gradients_of_a_stack_agree_with_central_differences(name: str) -> None:
    X, layers, h0, dOut = stack_arguments(RECORDED["stack"][name])
    dX, grads = stack_backward(X, layers, h0, dOut)
    gradients = [dX, *(gradient for layer in grads for gradient in layer)]
    moved = [X, *(array for layer in layers for array in layer)]
    assert_slopes(gradients, moved, lambda: stack_loss(X, layers, h0, dOut))


@pytest.mark.parametrize("name", RECORDED["model"])
def test_model_agrees_with_torch_and_central_differences(name: str) -> None:
    recorded = RECORDED["model"][name]
    ids, params, dlogits = (
        np.array(recorded["ids"]),
        params_of(recorded["params"]),
        np.array(recorded["dlogits"]),
    )
    logits, trace = lm_trace(ids, params)
    assert_close(logits, recorded["logits"])
    assert_close(lm_forward(ids, params), recorded["logits"])
    gradients = arrays_of(lm_backward(dlogits, ids, params, trace))
    for gradient, wanted in zip(gradients, arrays_of(params_of(recorded["dparams"])), strict=True):
        assert_close(gradient, wanted)
    assert_slopes(gradients, arrays_of(params), lambda: float((lm_forward(ids, params) * dlogits).sum()))


def test_arguments_stay_as_they_are() -> None:
    X, layers, h0, dOut = stack_arguments(RECORDED["stack"]["three layers"])
    everything = [X, dOut, *h0, *(array for layer in layers for array in layer)]
    before = [array.copy() for array in everything]
    stack_backward(X, layers, h0, dOut)
    for array, was in zip(everything, before, strict=True):
        np.testing.assert_array_equal(array, was)
