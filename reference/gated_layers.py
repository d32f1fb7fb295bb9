"""The cells of `reference.gates`, step after step, as layers of the language model of `reference.char_lm`.

Shapes: T steps, B sequences, V inputs, n hidden units. ``weights`` are those of the cell in its order: for
an LSTM ``W (V, 4n), U (n, 4n), b (4n,)`` with a state of ``(h, c)``, for a GRU ``W (V, 3n), U (n, 3n),
b_x (3n,), b_h (3n,)`` with a state of h; h and c are (B, n).
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from reference.char_lm import Layer
from reference.gates import (
    GRUTrace,
    LSTMTrace,
    gru_backward,
    gru_forward,
    lstm_backward,
    lstm_forward,
)

Array = np.ndarray[Any, np.dtype[Any]]
_LSTMSteps = list[tuple[Array, Array, Array, LSTMTrace]]  # of each step: x, h and c before it, what it kept
_GRUSteps = list[tuple[Array, Array, GRUTrace]]


def lstm_layer_forward(
    inputs: Array, weights: Sequence[Array], state: tuple[Array, Array] | None
) -> tuple[Array, tuple[Array, Array], _LSTMSteps]:
    """All hidden states (T, B, n), the last state, and what each step looked at.

    Without a state it starts from zeros.
    """
    W, U, b = weights
    nothing = np.zeros((inputs.shape[1], len(U)))  # (B, n)
    h, c = (nothing, nothing) if state is None else state
    H, steps = [], []
    for x in inputs:  # (B, V)
        after, cell, kept = lstm_forward(x, h, c, W, U, b)
        steps.append((x, h, c, kept))
        h, c = after, cell
        H.append(h)
    return np.stack(H), (h, c), steps


def lstm_layer_backward(dH: Array, weights: Sequence[Array], steps: _LSTMSteps) -> list[Array]:
    """The gradients of W, U and b: each state hears from what it gave out and from the step after it."""
    W, U, _ = weights
    sums = [np.zeros_like(weight) for weight in weights]
    dh_next, dc_next = np.zeros_like(dH[0]), np.zeros_like(dH[0])  # (B, n)
    for dh, (x, h, c, kept) in zip(dH[::-1], steps[::-1], strict=True):
        _, dh_next, dc_next, *grads = lstm_backward(dh + dh_next, dc_next, x, h, c, W, U, kept)
        sums = [total + grad for total, grad in zip(sums, grads, strict=True)]
    return sums


def gru_layer_forward(
    inputs: Array, weights: Sequence[Array], state: Array | None
) -> tuple[Array, Array, _GRUSteps]:
    """All hidden states (T, B, n), the last one, and what each step looked at.

    Without a state it starts from zeros.
    """
    W, U, b_x, b_h = weights
    h = np.zeros((inputs.shape[1], len(U))) if state is None else state  # (B, n)
    H, steps = [], []
    for x in inputs:  # (B, V)
        after, kept = gru_forward(x, h, W, U, b_x, b_h)
        steps.append((x, h, kept))
        h = after
        H.append(h)
    return np.stack(H), h, steps


def gru_layer_backward(dH: Array, weights: Sequence[Array], steps: _GRUSteps) -> list[Array]:
    """The gradients of W, U, b_x and b_h, as for the LSTM."""
    W, U, *_ = weights
    sums = [np.zeros_like(weight) for weight in weights]
    dh_next = np.zeros_like(dH[0])  # (B, n)
    for dh, (x, h, kept) in zip(dH[::-1], steps[::-1], strict=True):
        _, dh_next, *grads = gru_backward(dh + dh_next, x, h, W, U, kept)
        sums = [total + grad for total, grad in zip(sums, grads, strict=True)]
    return sums


LSTM = Layer(lstm_layer_forward, lstm_layer_backward)
GRU = Layer(gru_layer_forward, gru_layer_backward)
