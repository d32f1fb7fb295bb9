"""The recurrent layer and its output layer against torch (recorded) and central differences (live)."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from reference.rnn import (
    Array,
    init_params,
    output_layer,
    output_layer_backward,
    rnn_backward,
    rnn_forward,
)

_FOLDER = Path(__file__).parent / "recorded"
RECORDED: dict[str, Any] = json.loads((_FOLDER / "rnn.json").read_text(encoding="utf-8"))
JAX: dict[str, Any] = json.loads((_FOLDER / "jax_rnn.json").read_text(encoding="utf-8"))["layers"]


def inputs_of(name: str) -> dict[str, Any]:
    return {
        key: None if value is None else np.array(value) for key, value in RECORDED[name]["inputs"].items()
    }


def layer_of(inputs: dict[str, Any]) -> tuple[Array, Array, Array, Array, Array | None]:
    return inputs["X"], inputs["W_xh"], inputs["W_hh"], inputs["b_h"], inputs["state"]


def gradients_of(inputs: dict[str, Any]) -> dict[str, Array]:
    """Of the sum of dlogits * logits, with respect to everything that may move."""
    H, _ = rnn_forward(*layer_of(inputs))
    dH, dW_hq, db_q = output_layer_backward(inputs["dlogits"], H, inputs["W_hq"])
    dX, dW_xh, dW_hh, db_h = rnn_backward(dH, inputs["X"], H, inputs["state"], inputs["W_xh"], inputs["W_hh"])
    return {"dX": dX, "dW_xh": dW_xh, "dW_hh": dW_hh, "db_h": db_h, "dW_hq": dW_hq, "db_q": db_q, "dH": dH}


@pytest.mark.parametrize("name", RECORDED)
def test_forward_agrees_with_torch(name: str) -> None:
    inputs, recorded = inputs_of(name), RECORDED[name]
    H, last = rnn_forward(*layer_of(inputs))
    np.testing.assert_allclose(H, recorded["H"], rtol=1e-11, atol=1e-13)
    np.testing.assert_allclose(last, recorded["last"], rtol=1e-11, atol=1e-13)
    logits = output_layer(H, inputs["W_hq"], inputs["b_q"])
    np.testing.assert_allclose(logits, recorded["logits"], rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize("name", RECORDED)
def test_forward_agrees_with_jax(name: str) -> None:
    H, last = rnn_forward(*layer_of(inputs_of(name)))
    np.testing.assert_allclose(H, JAX[name]["H"], rtol=1e-11, atol=1e-13)
    np.testing.assert_allclose(last, JAX[name]["last"], rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize("name", RECORDED)
def test_backward_agrees_with_torch(name: str) -> None:
    found = gradients_of(inputs_of(name))
    for gradient, wanted in {**RECORDED[name]["gradients"], "dH": RECORDED[name]["dH"]}.items():
        np.testing.assert_allclose(found[gradient], wanted, rtol=1e-10, atol=1e-13, err_msg=gradient)


@pytest.mark.parametrize("name", ["typical", "from zeros"])
@pytest.mark.parametrize("moved", ["X", "W_xh", "W_hh", "b_h", "W_hq", "b_q"])
def test_agrees_with_central_differences(name: str, moved: str) -> None:
    inputs = inputs_of(name)
    gradient = gradients_of(inputs)[f"d{moved}"]
    step = 1e-6

    def loss() -> float:
        logits = output_layer(rnn_forward(*layer_of(inputs))[0], inputs["W_hq"], inputs["b_q"])
        return float((inputs["dlogits"] * logits).sum())

    for at in np.ndindex(*gradient.shape):
        before = inputs[moved][at]
        losses = []
        for sign in (1, -1):
            inputs[moved][at] = before + sign * step
            losses.append(loss())
        inputs[moved][at] = before
        assert (losses[0] - losses[1]) / (2 * step) == pytest.approx(gradient[at], rel=1e-6, abs=1e-8)


def test_two_calls_go_on_where_one_would() -> None:
    X, W_xh, W_hh, b_h, state = layer_of(inputs_of("typical"))
    whole, last = rnn_forward(X, W_xh, W_hh, b_h, state)
    first, between = rnn_forward(X[:2], W_xh, W_hh, b_h, state)
    second, end = rnn_forward(X[2:], W_xh, W_hh, b_h, between)
    np.testing.assert_allclose(np.concatenate([first, second]), whole, rtol=1e-13)
    np.testing.assert_allclose(end, last, rtol=1e-13)


def test_does_not_change_its_arguments() -> None:
    inputs = inputs_of("typical")
    before = {name: value.copy() for name, value in inputs.items()}
    gradients_of(inputs)
    for name, was in before.items():
        np.testing.assert_array_equal(inputs[name], was)


def test_keeps_single_precision() -> None:
    inputs = {name: value.astype(np.float32) for name, value in inputs_of("typical").items()}
    assert {value.dtype for value in gradients_of(inputs).values()} == {np.dtype(np.float32)}


def test_initial_parameters_use_the_draws_in_order() -> None:
    # 2 inputs, 3 hidden, 1 output: 6 + 9 + 3 draws, and two that nobody asks for.
    W_xh, W_hh, b_h, W_hq, b_q = init_params((2, 3, 1), 0.5, np.arange(20.0))
    np.testing.assert_array_equal(W_xh, [[0, 0.5, 1], [1.5, 2, 2.5]])
    np.testing.assert_array_equal(W_hh, [[3, 3.5, 4], [4.5, 5, 5.5], [6, 6.5, 7]])
    np.testing.assert_array_equal(W_hq, [[7.5], [8], [8.5]])
    np.testing.assert_array_equal(b_h, np.zeros(3))
    np.testing.assert_array_equal(b_q, np.zeros(1))
