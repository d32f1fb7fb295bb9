"""Cross-entropy against torch (recorded), central differences (live) and what must hold of any loss."""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reference.losses import (
    cross_entropy_backward,
    cross_entropy_forward,
    lm_loss,
    lm_loss_backward,
    masked_cross_entropy,
)

RECORDED: dict[str, Any] = json.loads(
    (Path(__file__).parent / "recorded" / "losses.json").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("name", RECORDED["batches"])
def test_agrees_with_torch(name: str) -> None:
    recorded = RECORDED["batches"][name]
    logits, Y = np.array(recorded["logits"]), np.array(recorded["Y"])
    loss, perplexity = lm_loss(logits, Y)
    assert loss == pytest.approx(recorded["loss"], rel=1e-11, abs=1e-12)
    assert perplexity == pytest.approx(recorded["perplexity"], rel=1e-10)
    np.testing.assert_allclose(lm_loss_backward(logits, Y), recorded["dlogits"], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", RECORDED["masked"])
def test_masked_agrees_with_torch(name: str) -> None:
    recorded = RECORDED["masked"][name]
    logits, y = np.array(recorded["logits"]), np.array(recorded["y"])
    loss, dlogits = masked_cross_entropy(logits, y, recorded["ignore_index"])
    assert loss == pytest.approx(recorded["loss"], rel=1e-12)
    np.testing.assert_allclose(dlogits, recorded["dlogits"], rtol=1e-11, atol=1e-14)


def test_masked_is_zero_where_all_are_ignored() -> None:
    # torch divides 0 by 0 here. A batch of padding has nothing to teach, and should not spoil a run.
    loss, dlogits = masked_cross_entropy(np.ones((3, 2)), np.array([-1, -1, -1]), -1)
    assert loss == 0
    np.testing.assert_array_equal(dlogits, np.zeros((3, 2)))


def test_agrees_with_central_differences() -> None:
    rng = np.random.default_rng(5)
    logits, Y, step = rng.standard_normal((2, 3, 4)), rng.integers(0, 4, (2, 3)), 1e-5
    gradient = lm_loss_backward(logits, Y)
    rows, targets = logits.reshape(6, 4), Y.ravel()
    _, masked = masked_cross_entropy(rows, targets, int(targets[0]))
    for at in np.ndindex(2, 3, 4):
        losses, masked_losses = [], []
        for sign in (1, -1):
            moved = logits.copy()
            moved[at] += sign * step
            losses.append(lm_loss(moved, Y)[0])
            masked_losses.append(masked_cross_entropy(moved.reshape(6, 4), targets, int(targets[0]))[0])
        assert (losses[0] - losses[1]) / (2 * step) == pytest.approx(gradient[at], rel=1e-6, abs=1e-9)
        slope = (masked_losses[0] - masked_losses[1]) / (2 * step)
        assert slope == pytest.approx(masked[at[0] * 3 + at[1], at[2]], rel=1e-6, abs=1e-9)


def test_an_even_guess_is_as_good_as_the_vocabulary_is_large() -> None:
    loss, perplexity = lm_loss(np.full((2, 3, 28), 0.7), np.arange(6).reshape(2, 3))
    assert loss == pytest.approx(math.log(28), rel=1e-14)
    assert perplexity == pytest.approx(28, rel=1e-13)


def test_stays_finite_where_a_probability_does_not() -> None:
    loss, probs = cross_entropy_forward(np.array([[0.0, 800.0], [-800.0, 0.0]]), np.array([0, 1]))
    assert loss == 400
    np.testing.assert_array_equal(cross_entropy_backward(probs, np.array([0, 1])), [[-0.5, 0.5], [0, 0]])


@settings(deadline=None)
@given(st.floats(-1e6, 1e6), st.integers(0, 2**32))
def test_does_not_see_a_shift_of_the_logits(shift: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    logits, Y = rng.standard_normal((2, 2, 5)), rng.integers(0, 5, (2, 2))
    loss, _ = lm_loss(logits, Y)
    shifted, _ = lm_loss(logits + shift, Y)
    assert shifted == pytest.approx(loss, abs=1e-9 * max(1.0, abs(shift)))
    np.testing.assert_allclose(lm_loss_backward(logits, Y).sum(axis=-1), 0, atol=1e-15)
