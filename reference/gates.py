"""Why gates: gradients that fade or blow up through time, and the two cells made against it. Row vectors.

Shapes: B batch, D input, N hidden, T steps. Each cell has a forward that returns what its backward needs
beside its outputs, and a backward that takes the gradients of those outputs.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


def gradient_norms(a: Array, w_h: Array, scale: float, dh_last: Array) -> Array:
    """How long dL/dh_t is at each step t of a plain RNN, (T,), when only the last state matters to L.

    ``h_t = tanh(a_t + scale * h_{t-1} @ w_h)`` from a state of zeros; a (T, N) is what the inputs contribute,
    w_h (N, N), and dh_last (N,) is the gradient of L with respect to the last state.
    """
    hs = np.empty_like(a)  # (T, N)
    h = np.zeros(len(w_h))  # (N,)
    for t, a_t in enumerate(a):
        h = np.tanh(a_t + scale * h @ w_h)
        hs[t] = h
    norms = np.empty(len(a))  # (T,)
    dh = dh_last  # (N,)
    for t in reversed(range(len(a))):
        norms[t] = np.linalg.norm(dh)
        da = dh * (1 - hs[t] ** 2)  # (N,), because tanh' = 1 - tanh^2
        dh = scale * w_h @ da  # (N,), of the state before
    return norms


def sigmoid(a: Array) -> Array:
    """``1 / (1 + exp(-a))``, written so that exp cannot overflow."""
    return np.asarray((1 + np.tanh(a / 2)) / 2)


@dataclass
class LSTMTrace:
    """What a step of the LSTM leaves behind for its backward: all (B, N)."""

    i: Array  # the input gate: how much of the candidate is written
    f: Array  # the forget gate: how much of the cell stays
    g: Array  # the candidate
    o: Array  # the output gate: how much of the cell shows
    squashed: Array  # tanh of the new cell


def lstm_forward(
    x: Array, h: Array, c: Array, W: Array, U: Array, b: Array
) -> tuple[Array, Array, LSTMTrace]:
    """One step: the new state and the new cell, (B, N) each.

    x (B, D), h and c (B, N), W (D, 4N), U (N, 4N), b (4N,). The blocks of N columns belong to the input gate,
    the forget gate, the candidate and the output gate, in this order, which is torch's.
    Hochreiter and Schmidhuber, "Long short-term memory" (1997), with the forget gate of Gers et al. (2000).
    """
    a_i, a_f, a_g, a_o = np.split(x @ W + h @ U + b, 4, axis=1)  # (B, N) each
    i, f, g, o = sigmoid(a_i), sigmoid(a_f), np.tanh(a_g), sigmoid(a_o)
    c_next = f * c + i * g  # (B, N), a sum: a gradient passes it undiminished but for f
    squashed = np.tanh(c_next)
    return o * squashed, c_next, LSTMTrace(i, f, g, o, squashed)


def lstm_backward(
    dh_next: Array,
    dc_next: Array,
    x: Array,
    h: Array,
    c: Array,
    W: Array,
    U: Array,
    trace: LSTMTrace,
) -> tuple[Array, Array, Array, Array, Array, Array]:
    """The gradients of x, h, c, W, U and b, given those of the new state and of the new cell."""
    i, f, g, o, squashed = trace.i, trace.f, trace.g, trace.o, trace.squashed
    dc = dc_next + dh_next * o * (
        1 - squashed**2
    )  # (B, N), of the new cell: directly and by way of the state
    da = np.concatenate(
        [
            dc * g * i * (1 - i),  # sigmoid' = sigmoid (1 - sigmoid)
            dc * c * f * (1 - f),
            dc * i * (1 - g**2),  # tanh' = 1 - tanh^2
            dh_next * squashed * o * (1 - o),
        ],
        axis=1,
    )  # (B, 4N)
    return da @ W.T, da @ U.T, dc * f, x.T @ da, h.T @ da, da.sum(axis=0)


def lstm_cell(
    x: Array,
    h: Array,
    c: Array,
    W: Array,
    U: Array,
    b: Array,
    dh_next: Array,
    dc_next: Array,
) -> tuple[Array, Array, Array, Array, Array, Array, Array, Array]:
    """Forward and backward of one step: the new h and c, and the gradients of x, h, c, W, U and b.

    The arguments are those of `lstm_forward`, and the gradients (B, N) of the new state and the new cell.
    """
    h_next, c_next, trace = lstm_forward(x, h, c, W, U, b)
    return h_next, c_next, *lstm_backward(dh_next, dc_next, x, h, c, W, U, trace)


def lstm_loss(
    x: Array,
    h: Array,
    c: Array,
    W: Array,
    U: Array,
    b: Array,
    dh_next: Array,
    dc_next: Array,
) -> float:
    """A loss whose gradients of the new state and the new cell are dh_next and dc_next."""
    h_next, c_next, _ = lstm_forward(x, h, c, W, U, b)
    return float((h_next * dh_next).sum() + (c_next * dc_next).sum())


@dataclass
class GRUTrace:
    """What a step of the GRU leaves behind for its backward: all (B, N)."""

    r: Array  # the reset gate: how much of the past the candidate sees
    z: Array  # the update gate: how much of the state stays
    n: Array  # the candidate
    past: Array  # what the state contributes to the candidate, before the reset gate


def gru_forward(x: Array, h: Array, W: Array, U: Array, b_x: Array, b_h: Array) -> tuple[Array, GRUTrace]:
    """One step: the new state, (B, N).

    x (B, D), h (B, N), W (D, 3N), U (N, 3N), b_x and b_h (3N,). The blocks of N columns belong to the reset
    gate, the update gate and the candidate, in this order, which is torch's. The reset gate acts behind the
    product with U, as it does there. Cho et al., "Learning phrase representations using RNN
    encoder-decoder" (2014), has it before.
    """
    x_r, x_z, x_n = np.split(x @ W + b_x, 3, axis=1)  # (B, N) each
    h_r, h_z, past = np.split(h @ U + b_h, 3, axis=1)  # (B, N) each
    r, z = sigmoid(x_r + h_r), sigmoid(x_z + h_z)
    n = np.tanh(x_n + r * past)
    return (1 - z) * n + z * h, GRUTrace(r, z, n, past)


def gru_backward(
    dh_next: Array, x: Array, h: Array, W: Array, U: Array, trace: GRUTrace
) -> tuple[Array, Array, Array, Array, Array, Array]:
    """The gradients of x, h, W, U, b_x and b_h, given that of the new state."""
    r, z, n, past = trace.r, trace.z, trace.n, trace.past
    da_z = dh_next * (h - n) * z * (1 - z)  # (B, N), sigmoid' = sigmoid (1 - sigmoid)
    da_n = dh_next * (1 - z) * (1 - n**2)  # (B, N), tanh' = 1 - tanh^2
    da_r = da_n * past * r * (1 - r)  # (B, N)
    da_x = np.concatenate([da_r, da_z, da_n], axis=1)  # (B, 3N), of x @ W + b_x
    da_h = np.concatenate([da_r, da_z, da_n * r], axis=1)  # (B, 3N), of h @ U + b_h
    dh = dh_next * z + da_h @ U.T  # (B, N), what stays and what the gates and the candidate saw
    return da_x @ W.T, dh, x.T @ da_x, h.T @ da_h, da_x.sum(axis=0), da_h.sum(axis=0)


def gru_cell(
    x: Array, h: Array, W: Array, U: Array, b_x: Array, b_h: Array, dh_next: Array
) -> tuple[Array, Array, Array, Array, Array, Array, Array]:
    """Forward and backward of one step: the new h, and the gradients of x, h, W, U, b_x and b_h.

    The arguments are those of `gru_forward`, and the gradient (B, N) of the new state.
    """
    h_next, trace = gru_forward(x, h, W, U, b_x, b_h)
    return h_next, *gru_backward(dh_next, x, h, W, U, trace)


def gru_loss(x: Array, h: Array, W: Array, U: Array, b_x: Array, b_h: Array, dh_next: Array) -> float:
    """A loss whose gradient of the new state is dh_next."""
    h_next, _ = gru_forward(x, h, W, U, b_x, b_h)
    return float((h_next * dh_next).sum())
