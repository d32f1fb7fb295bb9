"""The language model arranged for speed, held to its textbook form."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from reference import char_lm, quick_char_lm
from reference.rnn import init_params

TOKENS, HIDDEN = 11, 7


def drawn(batch: int, steps: int, dtype: str = "float64") -> tuple[Any, Any, char_lm.Params]:
    """X, Y and parameters that are large enough for every gradient to matter."""
    rng = np.random.default_rng(batch * 100 + steps)
    X, Y = rng.integers(0, TOKENS, (2, batch, steps))
    sizes = TOKENS, HIDDEN, TOKENS
    W_xh, W_hh, b_h, W_hq, b_q = init_params(sizes, 0.5, rng.standard_normal(sum(sizes) * HIDDEN))
    biases = [0.3 * rng.standard_normal(len(b)) for b in (b_h, b_q)]
    return X, Y, tuple(p.astype(dtype) for p in (W_xh, W_hh, biases[0], W_hq, biases[1]))


@pytest.mark.parametrize(("batch", "steps"), [(1, 1), (1, 9), (5, 1), (6, 4), (4, 32)])
def test_loss_and_gradients_are_those_of_the_textbook(batch: int, steps: int) -> None:
    X, Y, params = drawn(batch, steps)
    before = [p.copy() for p in params]
    loss, grads = quick_char_lm.gradients(X, Y, params)
    wanted_loss, wanted = char_lm.lm_backward(X, Y, params)
    assert loss == pytest.approx(wanted_loss, rel=1e-13)
    for got, want in zip(grads, wanted, strict=True):
        np.testing.assert_allclose(got, want, rtol=1e-10, atol=1e-15)
    for value, was in zip(params, before, strict=True):
        np.testing.assert_array_equal(value, was)


def test_logits_that_would_overflow_do_not() -> None:
    X, Y, params = drawn(3, 5)
    params = (*params[:3], 4000 * params[3], params[4])
    loss, grads = quick_char_lm.gradients(X, Y, params)
    assert loss == pytest.approx(char_lm.lm_backward(X, Y, params)[0])
    assert all(np.isfinite(g).all() for g in grads)


def test_epochs_are_those_of_the_textbook() -> None:
    X, Y, params = drawn(20, 8)
    batches = [(X[a:b], Y[a:b]) for a, b in pairwise([0, 8, 16, 20])]  # the last one smaller
    quick, textbook = params, params
    for _ in range(3):
        perplexity, quick = quick_char_lm.train_epoch(quick, iter(batches), 0.7, 0.5)
        wanted, textbook = char_lm.train_epoch(textbook, batches, 0.7, 0.5)
        assert perplexity == pytest.approx(wanted, rel=1e-12)
    for got, want in zip(quick, textbook, strict=True):
        np.testing.assert_allclose(got, want, rtol=1e-9, atol=1e-13)


def test_single_precision_stays_single_and_near() -> None:
    X, Y, params = drawn(16, 12, "float32")
    loss, grads = quick_char_lm.gradients(X, Y, params)
    wanted_loss, wanted = char_lm.lm_backward(X, Y, params)
    assert loss == pytest.approx(wanted_loss, rel=1e-5)
    for got, want in zip(grads, wanted, strict=True):
        assert got.dtype == np.float32
        np.testing.assert_allclose(got, want, atol=2e-6)
    _, stepped = quick_char_lm.train_epoch(params, [(X, Y)], 1.0, 1.0)
    assert [p.dtype for p in stepped] == [np.float32] * 5
