"""The language model of characters against torch (recorded) and central differences (live)."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from reference.char_lm import (
    RNN,
    Layer,
    Params,
    fit,
    generate,
    lm_backward,
    lm_forward,
    perplexity,
    train_epoch,
)
from reference.gated_layers import GRU, LSTM
from reference.losses import cross_entropy_forward
from reference.rnn import init_params

_FOLDER = Path(__file__).parent / "recorded"
RECORDED: dict[str, Any] = json.loads((_FOLDER / "char_lm.json").read_text(encoding="utf-8"))
JAX: dict[str, Any] = json.loads((_FOLDER / "jax_rnn.json").read_text(encoding="utf-8"))["models"]
STEPS: dict[str, Any] = RECORDED["steps"]
NAMES = ["W_xh", "W_hh", "b_h", "W_hq", "b_q"]


def arrays(values: list[Any]) -> Params:
    return tuple(np.array(value) for value in values)


def state_of(recorded: dict[str, Any]) -> Any:
    return None if recorded["state"] is None else np.array(recorded["state"])


@pytest.mark.parametrize("name", STEPS)
def test_forward_agrees_with_torch(name: str) -> None:
    recorded = STEPS[name]
    logits, last = lm_forward(np.array(recorded["X"]), arrays(recorded["params"]), state_of(recorded))
    np.testing.assert_allclose(logits, recorded["logits"], rtol=1e-11, atol=1e-12)
    np.testing.assert_allclose(last, recorded["last"], rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("name", STEPS)
def test_it_agrees_with_jax_too(name: str) -> None:
    given, recorded = STEPS[name], JAX[name]
    X, Y = np.array(given["X"]), np.array(given["Y"])
    logits, last = lm_forward(X, arrays(given["params"]), state_of(given))
    np.testing.assert_allclose(logits, recorded["logits"], rtol=1e-11, atol=1e-12)
    np.testing.assert_allclose(last, recorded["last"], rtol=1e-11, atol=1e-12)
    loss, grads = lm_backward(X, Y, arrays(given["params"]), state_of(given))
    assert loss == pytest.approx(recorded["loss"], rel=1e-11)
    for value, wanted in zip(grads, recorded["gradients"], strict=True):
        np.testing.assert_allclose(value, wanted, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", STEPS)
def test_gradients_agree_with_torch(name: str) -> None:
    recorded = STEPS[name]
    X, Y = np.array(recorded["X"]), np.array(recorded["Y"])
    loss, grads = lm_backward(X, Y, arrays(recorded["params"]), state_of(recorded))
    assert loss == pytest.approx(recorded["loss"], rel=1e-11)
    assert len(grads) == len(NAMES)
    for value, wanted in zip(grads, recorded["grads"], strict=True):
        assert value.shape == np.shape(wanted)
        np.testing.assert_allclose(value, wanted, rtol=1e-9, atol=1e-12)


def slopes(X: Any, Y: Any, params: Params, which: int, state: Any, layer: Layer) -> Any:
    """Central differences of the loss, for every element of one parameter."""
    found, step = np.empty_like(params[which]), 1e-5
    for at in np.ndindex(found.shape):
        losses = []
        for sign in (1, -1):
            moved = [p.copy() for p in params]
            moved[which][at] += sign * step
            logits, _ = lm_forward(X, tuple(moved), state, layer)
            losses.append(cross_entropy_forward(logits, Y)[0])
        found[at] = (losses[0] - losses[1]) / (2 * step)
    return found


@pytest.mark.parametrize("case", ["from a state", "one token again and again"])
@pytest.mark.parametrize("which", range(5), ids=NAMES)
def test_gradients_agree_with_central_differences(which: int, case: str) -> None:
    recorded = STEPS[case]
    X, Y, params = np.array(recorded["X"]), np.array(recorded["Y"]), arrays(recorded["params"])
    _, grads = lm_backward(X, Y, params, state_of(recorded))
    wanted = slopes(X, Y, params, which, state_of(recorded), RNN)
    np.testing.assert_allclose(grads[which], wanted, rtol=1e-6, atol=1e-9)


def test_reading_in_two_parts_is_reading_at_once() -> None:
    recorded = STEPS["long"]
    X, params = np.array(recorded["X"]), arrays(recorded["params"])
    whole, last = lm_forward(X, params)
    first, state = lm_forward(X[:, :23], params)
    second, then = lm_forward(X[:, 23:], params, state)
    np.testing.assert_allclose(np.concatenate([first, second], axis=1), whole, rtol=1e-13)
    np.testing.assert_allclose(then, last, rtol=1e-13)


@pytest.mark.parametrize(
    ("layer", "shapes"),
    [
        (LSTM, ((3, 8), (2, 8), (8,))),
        (GRU, ((3, 6), (2, 6), (6,), (6,))),
    ],
    ids=["lstm", "gru"],
)
def test_any_cell_will_do(layer: Layer, shapes: tuple[tuple[int, ...], ...]) -> None:
    rng = np.random.default_rng(4)
    X, Y = rng.integers(0, 3, (2, 5)), rng.integers(0, 3, (2, 5))
    params = tuple(rng.standard_normal(shape) for shape in (*shapes, (2, 3), (3,)))
    loss, grads = lm_backward(X, Y, params, None, layer)
    assert len(grads) == len(params)
    for which, grad in enumerate(grads):
        np.testing.assert_allclose(grad, slopes(X, Y, params, which, None, layer), rtol=1e-6, atol=1e-9)
    first, *_, last = fit(params, [(X, Y)], 0.5, 1.0, 20, layer)
    assert first == pytest.approx(np.exp(loss))
    assert last < first
    whole, _ = lm_forward(X, params, None, layer)
    half, state = lm_forward(X[:, :2], params, None, layer)
    rest, _ = lm_forward(X[:, 2:], params, state, layer)
    np.testing.assert_allclose(np.concatenate([half, rest], axis=1), whole, rtol=1e-13)
    assert len(generate(np.array([2]), 4, params, layer)) == 5


@pytest.mark.parametrize("recorded", RECORDED["fits"], ids=lambda one: f"clipped {one['clipped']} times")
def test_fit_agrees_with_torch(recorded: dict[str, Any]) -> None:
    batches = [(np.array(X), np.array(Y)) for X, Y in recorded["batches"]]
    found = fit(arrays(recorded["params"]), batches, recorded["lr"], recorded["theta"], recorded["epochs"])
    np.testing.assert_allclose(found, recorded["perplexities"], rtol=1e-10)


def test_fit_is_epoch_after_epoch_and_leaves_its_arguments_alone() -> None:
    recorded = RECORDED["fits"][0]
    params = arrays(recorded["params"])
    batches = [(np.array(X), np.array(Y)) for X, Y in recorded["batches"]]
    found = fit(params, batches, 1.0, 0.2, 2)
    first, after = train_epoch(params, batches, 1.0, 0.2)
    second, _ = train_epoch(after, iter(batches), 1.0, 0.2)
    np.testing.assert_array_equal(found, [first, second])
    for value, was in zip(params, recorded["params"], strict=True):
        np.testing.assert_array_equal(value, was)


def test_perplexity_is_that_of_an_epoch_in_which_nothing_is_learned() -> None:
    recorded = RECORDED["fits"][0]
    params = arrays(recorded["params"])
    batches = [(np.array(X), np.array(Y)) for X, Y in recorded["batches"]]
    still, _ = train_epoch(params, batches, 0.0, 1.0)
    assert perplexity(params, batches) == pytest.approx(still, rel=1e-14)


@pytest.mark.parametrize("recorded", RECORDED["texts"], ids=lambda one: f"prefix of {len(one['prefix'])}")
def test_writing_agrees_with_torch(recorded: dict[str, Any]) -> None:
    assert recorded["gap"] > 1e-3  # so that rounding decides nothing
    prefix, params = np.array(recorded["prefix"]), arrays(recorded["params"])
    found = generate(prefix, len(recorded["ids"]) - len(prefix), params)
    assert found.tolist() == recorded["ids"]
    assert generate(prefix, 0, params).tolist() == recorded["prefix"]


def test_ties_take_the_lowest_id() -> None:
    *weights, W_hq, _ = arrays(RECORDED["texts"][0]["params"])
    params = (*weights, np.zeros_like(W_hq), np.array([-1.0, 0.0, 2.0, 2.0, -3.0, 2.0]))
    assert generate(np.array([5]), 3, params).tolist() == [5, 2, 2, 2]


def test_what_cannot_be_read_is_refused() -> None:
    params = arrays(RECORDED["texts"][0]["params"])
    with pytest.raises(ValueError, match="empty"):
        generate(np.array([], dtype=np.int64), 3, params)
    for wrong in (-1, 6):
        with pytest.raises(ValueError, match="ids"):
            lm_forward(np.array([[0, wrong]]), params)


def test_learns_to_say_a_short_text_by_heart() -> None:
    text = "the time traveller for so it will be convenient to speak of him "
    vocabulary = sorted(set(text))
    ids = np.array([vocabulary.index(c) for c in text])
    windows = np.lib.stride_tricks.sliding_window_view(ids, 17)
    batches = [(windows[i : i + 16, :-1], windows[i : i + 16, 1:]) for i in range(0, len(windows), 16)]
    sizes = (len(vocabulary), 24, len(vocabulary))
    count = len(vocabulary) * 24 * 2 + 24 * 24
    params: Params = init_params(sizes, 0.1, np.random.default_rng(1).standard_normal(count))
    before = perplexity(params, batches)
    assert before == pytest.approx(len(vocabulary), rel=0.05)
    for _ in range(150):
        _, params = train_epoch(params, batches, 1.0, 1.0)
    assert perplexity(params, batches) < 1.5
    said = generate(ids[:14], 20, params)
    assert "".join(vocabulary[i] for i in said) == text[:34]
