"""A recurrent layer and its output layer, a batch at a time: time-major, row vectors.

Shapes: T steps, B sequences in the batch, I inputs, n hidden units, V outputs. What goes into the layer and
its hidden states are (T, B, .), step after step; logits are (B, T, V), sequence after sequence. Each forward
function is followed by its backward, which takes the gradient of the loss with respect to every result, and
gives it with respect to every argument that learns.
"""

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]

#: W_xh (I, n), W_hh (n, n), b_h (n,), W_hq (n, V), b_q (V,)
Params = tuple[Array, Array, Array, Array, Array]


def init_params(sizes: tuple[int, int, int], sigma: float, normal_draws: Array) -> Params:
    """Weights from standard normal draws times sigma, biases at zero.

    ``sizes`` is (I, n, V). The draws, in one row, fill W_xh, then W_hh, then W_hq, each row by row; there are
    at least I*n + n*n + n*V of them, and those left over are not used.
    """
    inputs, hidden, outputs = sizes
    shapes = [(inputs, hidden), (hidden, hidden), (hidden, outputs)]
    weights, used = [], 0
    for rows, columns in shapes:
        block = normal_draws[used : used + rows * columns]
        weights.append(sigma * block.reshape(rows, columns))
        used += rows * columns
    W_xh, W_hh, W_hq = weights
    return W_xh, W_hh, np.zeros(hidden), W_hq, np.zeros(outputs)


def rnn_forward(
    X: Array, W_xh: Array, W_hh: Array, b_h: Array, state: Array | None = None
) -> tuple[Array, Array]:
    """``H[t] = tanh(X[t] @ W_xh + H[t-1] @ W_hh + b_h)``, starting from state, or from zeros without one.

    X is (T, B, I) and state (B, n). Returns all hidden states (T, B, n), and the last one (B, n), from which
    a next call can go on.
    """
    driven = X @ W_xh + b_h  # (T, B, n), for all steps at once, as it waits for no hidden state
    H = np.empty_like(driven)  # (T, B, n)
    h = np.zeros_like(driven[0]) if state is None else state  # (B, n)
    for t in range(len(X)):
        h = np.tanh(driven[t] + h @ W_hh)  # (B, n)
        H[t] = h
    return H, h


def rnn_backward(
    dH: Array, X: Array, H: Array, state: Array | None, W_xh: Array, W_hh: Array
) -> tuple[Array, Array, Array, Array]:
    """The gradients of X, W_xh, W_hh and b_h, from dH (T, B, n): what reaches each hidden state from above.

    X, state and the weights are what the forward pass was given, H is what it returned. The state is taken
    as a constant: nothing flows further back than the first step.
    """
    dA = np.empty_like(H)  # (T, B, n), of what tanh was taken of
    dh_next = np.zeros_like(H[0])  # (B, n), what a hidden state hears from the step after it
    for t in reversed(range(len(H))):
        dA[t] = (dH[t] + dh_next) * (1 - H[t] ** 2)  # tanh' = 1 - tanh^2
        dh_next = dA[t] @ W_hh.T  # (B, n)
    first = np.zeros_like(H[0]) if state is None else state  # (B, n)
    before = np.concatenate([first[None], H[:-1]])  # (T, B, n), what each step looked back at
    dX = dA @ W_xh.T  # (T, B, I)
    dW_xh = _over_steps_and_batch(X, dA)  # (I, n)
    dW_hh = _over_steps_and_batch(before, dA)  # (n, n)
    db_h = dA.sum(axis=(0, 1))  # (n,)
    return dX, dW_xh, dW_hh, db_h


def output_layer(H: Array, W_hq: Array, b_q: Array) -> Array:
    """``H @ W_hq + b_q`` for each step, batch first: H (T, B, n) gives logits (B, T, V)."""
    return (H @ W_hq + b_q).swapaxes(0, 1)


def output_layer_backward(dlogits: Array, H: Array, W_hq: Array) -> tuple[Array, Array, Array]:
    """The gradients of H (T, B, n), W_hq (n, V) and b_q (V,), from dlogits (B, T, V)."""
    dZ = dlogits.swapaxes(0, 1)  # (T, B, V), time first again, as H is
    dH = dZ @ W_hq.T  # (T, B, n)
    dW_hq = _over_steps_and_batch(H, dZ)  # (n, V)
    db_q = dZ.sum(axis=(0, 1))  # (V,)
    return dH, dW_hq, db_q


def _over_steps_and_batch(inputs: Array, gradients: Array) -> Array:
    """The gradient of a weight used at every step: ``outer(input, gradient)``, summed over all (t, b)."""
    return np.tensordot(inputs, gradients, axes=((0, 1), (0, 1)))
