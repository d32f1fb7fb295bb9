"""The flagship's reference against torch (recorded), central differences (live) and a pencil."""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reference.rnn_lm import cross_entropy_forward, lm_backward, lm_forward, train_step, train_step_full

RECORDED: dict[str, Any] = json.loads(
    (Path(__file__).parent / "recorded" / "rnn_lm.json").read_text(encoding="utf-8")
)


def arguments(inputs: dict[str, Any]) -> tuple[Any, ...]:
    arrays = [np.array(inputs[name]) for name in ("tokens", "w_emb", "w_h", "w_out", "h0")]
    return (*arrays, inputs["lr"])


@pytest.mark.parametrize("name", RECORDED)
def test_agrees_with_torch(name: str) -> None:
    recorded = RECORDED[name]
    inputs = arguments(recorded["inputs"])
    loss, *after = train_step_full(*inputs)
    assert loss == pytest.approx(recorded["loss"], rel=1e-11)
    for value, wanted in zip(after, recorded["after"].values(), strict=True):
        np.testing.assert_allclose(value, wanted, rtol=1e-10, atol=1e-12)
    tokens, w_emb, w_h, w_out, h0, _ = inputs
    _, trace = lm_forward(tokens, w_emb, w_h, w_out, h0)
    gradients = lm_backward(tokens, w_emb, w_h, w_out, trace)
    for value, wanted in zip(gradients, recorded["gradients"].values(), strict=True):
        np.testing.assert_allclose(value, wanted, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(
        train_step(*inputs), np.ravel(recorded["after"]["w_out"]), rtol=1e-10, atol=1e-12
    )


@pytest.mark.parametrize("which", [0, 1, 2], ids=["w_emb", "w_h", "w_out"])
def test_agrees_with_central_differences(which: int) -> None:
    tokens, w_emb, w_h, w_out, h0, _ = arguments(RECORDED["one token again and again"]["inputs"])
    weights = (w_emb, w_h, w_out)
    _, trace = lm_forward(tokens, w_emb, w_h, w_out, h0)
    gradient = lm_backward(tokens, w_emb, w_h, w_out, trace)[which]
    step = 1e-5
    for at in np.ndindex(*weights[which].shape):
        losses = []
        for sign in (1, -1):
            moved = (w_emb.copy(), w_h.copy(), w_out.copy())
            moved[which][at] += sign * step
            losses.append(lm_forward(tokens, moved[0], moved[1], moved[2], h0)[0])
        assert (losses[0] - losses[1]) / (2 * step) == pytest.approx(gradient[at], rel=1e-6, abs=1e-9)


def test_three_tokens_with_a_pencil() -> None:
    # V = 2 and d_emb = d_h = 1, so that every quantity is one number with a name of its own.
    e0, e1, u, r, a, b, h_start, lr = 0.3, -0.7, 0.8, -0.4, 1.1, -0.6, 0.25, 0.5

    h1 = math.tanh(e0 * u + h_start * r)  # step 0 sees token 0, should say 1
    p1 = 1 / (1 + math.exp((b - a) * h1))  # of saying 0
    h2 = math.tanh(e1 * u + h1 * r)  # step 1 sees token 1, should say 0
    p2 = 1 / (1 + math.exp((b - a) * h2))
    loss = -(math.log(1 - p1) + math.log(p2)) / 2

    d1, d2 = p1 / 2, (p2 - 1) / 2  # of the logit of 0; that of 1 is the negative
    da = h1 * d1 + h2 * d2
    dn2 = d2 * (a - b) * (1 - h2**2)
    dn1 = (d1 * (a - b) + r * dn2) * (1 - h1**2)
    du, dr = e0 * dn1 + e1 * dn2, h_start * dn1 + h1 * dn2

    inputs = (
        np.array([0.0, 1.0, 0.0]),
        np.array([[e0], [e1]]),
        np.array([[u], [r]]),
        np.array([[a, b]]),
        np.array([h_start]),
        lr,
    )
    found, w_emb, w_h, w_out = train_step_full(*inputs)
    assert found == pytest.approx(loss, rel=1e-14)
    np.testing.assert_allclose(w_emb, [[e0 - lr * u * dn1], [e1 - lr * u * dn2]], rtol=1e-14)
    np.testing.assert_allclose(w_h, [[u - lr * du], [r - lr * dr]], rtol=1e-14)
    np.testing.assert_allclose(w_out, [[a - lr * da, b + lr * da]], rtol=1e-14)
    np.testing.assert_allclose(train_step(*inputs), [a - lr * da, b + lr * da], rtol=1e-14)


@settings(deadline=None)
@given(st.floats(-1e6, 1e6), st.integers(0, 2**32))
def test_loss_does_not_see_a_shift_of_the_logits(shift: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    logits, targets = rng.standard_normal((4, 5)), rng.integers(0, 5, 4)
    loss, probs = cross_entropy_forward(logits, targets)
    shifted, _ = cross_entropy_forward(logits + shift, targets)
    assert shifted == pytest.approx(loss, abs=1e-9 * max(1.0, abs(shift)))
    np.testing.assert_allclose(probs.sum(axis=1), 1, rtol=1e-12)


def test_does_not_change_its_arguments() -> None:
    inputs = arguments(RECORDED["typical"]["inputs"])
    before = [np.copy(value) for value in inputs]
    train_step(*inputs)
    for value, was in zip(inputs, before, strict=True):
        np.testing.assert_array_equal(value, was)
