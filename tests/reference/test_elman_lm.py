"""Training the Elman language model: torch's own run (recorded), slopes and learning (live)."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from reference.batches import batches
from reference.elman import Params
from reference.elman_lm import Batch, evaluate, fit, flat, loss_and_gradients, nested, sgd_step, train_epoch

RECORDED: dict[str, Any] = json.loads(
    (Path(__file__).parent / "recorded" / "elman_lm.json").read_text(encoding="utf-8")
)
IGNORED = -1


def params_of(recorded: Any) -> Params:
    W_emb, layers, W_out, b_out = recorded
    return (
        np.array(W_emb),
        [(np.array(W), np.array(U), np.array(b)) for W, U, b in layers],
        np.array(W_out),
        np.array(b_out),
    )


def split_of(recorded: Any) -> list[Batch]:
    return [(np.array(X), np.array(Y)) for X, Y in recorded]


def small_params(seed: int, vocabulary: int, width: int, layers: int) -> Params:
    rng = np.random.default_rng(seed)

    def draw(*shape: int) -> Any:
        return 0.3 * rng.standard_normal(shape)

    stack = [(draw(width, width), draw(width, width), np.zeros(width)) for _ in range(layers)]
    return draw(vocabulary, width), stack, draw(width, vocabulary), np.zeros(vocabulary)


@pytest.mark.parametrize("name", RECORDED)
def test_trains_as_torch_does(name: str) -> None:
    recorded = RECORDED[name]
    params, train, val = params_of(recorded["params"]), split_of(recorded["train"]), split_of(recorded["val"])
    lr, epochs = recorded["lr"], recorded["epochs"]
    on_train, on_val = fit(params, train, val, lr, epochs, recorded["ignore_index"])
    np.testing.assert_allclose(on_train, recorded["train_perplexities"], rtol=1e-10)
    np.testing.assert_allclose(on_val, recorded["val_perplexities"], rtol=1e-10)
    for _ in range(epochs):
        _, params = train_epoch(params, train, lr, recorded["ignore_index"])
    for array, wanted in zip(flat(params), flat(params_of(recorded["after"])), strict=True):
        np.testing.assert_allclose(array, wanted, rtol=1e-9, atol=1e-12)


def test_gradients_agree_with_central_differences() -> None:
    recorded = RECORDED["two layers"]
    params, (batch, *_) = params_of(recorded["params"]), split_of(recorded["train"])
    _, grads = loss_and_gradients(params, batch, IGNORED)
    step = 1e-6
    for array, gradient in zip(flat(params), flat(grads), strict=True):
        for at in np.ndindex(*array.shape):
            before = array[at]
            losses = []
            for sign in (1, -1):
                array[at] = before + sign * step
                losses.append(loss_and_gradients(params, batch, IGNORED)[0])
            array[at] = before
            assert (losses[0] - losses[1]) / (2 * step) == pytest.approx(gradient[at], rel=1e-6, abs=1e-8)


def test_parameters_come_back_as_they_were_built() -> None:
    params = small_params(1, 4, 3, 2)
    again = nested(flat(params))
    assert len(again[1]) == 2
    for array, wanted in zip(flat(again), flat(params), strict=True):
        assert array is wanted


def test_a_step_leaves_its_arguments_alone() -> None:
    params = small_params(2, 4, 3, 1)
    before = [array.copy() for array in flat(params)]
    sgd_step(params, params, 0.5)
    for array, was in zip(flat(params), before, strict=True):
        np.testing.assert_array_equal(array, was)


def test_a_model_that_says_nothing_is_as_good_as_a_die() -> None:
    W_emb, layers, _, b_out = small_params(3, 6, 3, 1)
    params = W_emb, layers, np.zeros((3, 6)), b_out
    batch = np.array([[0, 1, 2]]), np.array([[1, 5, IGNORED]])
    assert evaluate(params, [batch], IGNORED) == pytest.approx(6, rel=1e-12)


def test_learns_a_sentence_by_heart() -> None:
    sequences = [np.array([1, 2, 3, 4, 5]), np.array([5, 4, 3, 2]), np.array([3, 1, 3])]
    padded = batches(sequences, 2, np.array([2, 0, 1]), pad_id=0, drop_last=False)
    split = [(X, np.where(mask, Y, IGNORED)) for X, Y, mask in padded]
    on_train, on_val = fit(small_params(4, 6, 8, 2), split, split, 0.5, 300, IGNORED)
    assert on_train[0] > 4
    assert on_val[-1] < 1.5
