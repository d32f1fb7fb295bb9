"""An RNN language model by hand, one sequence at a time: row vectors, float64.

Shapes: T tokens, V vocabulary, E embedding, H hidden. The first T-1 tokens are inputs and the last T-1
are targets, so there are N = T-1 steps. Forward functions return what their backward needs.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass
class Trace:
    """What the forward pass leaves behind for the backward pass."""

    concats: Array  # (N, E + H): what went into the recurrent layer at each step
    hiddens: Array  # (N, H)
    probs: Array  # (N, V)


def rnn_forward(x: Array, w_h: Array, h0: Array) -> tuple[Array, Array]:
    """``h[t] = tanh(concat(x[t], h[t-1]) @ w_h)``, starting from h0."""
    concats, hiddens = [], []
    h = h0  # (H,)
    for x_t in x:  # (E,)
        concat = np.concatenate([x_t, h])  # (E + H,)
        h = np.tanh(concat @ w_h)  # (H,)
        concats.append(concat)
        hiddens.append(h)
    return np.stack(concats), np.stack(hiddens)  # (N, E + H), (N, H)


def rnn_backward(dhiddens: Array, concats: Array, hiddens: Array, w_h: Array) -> tuple[Array, Array]:
    """Walks the steps back; each hidden state hears from its own output and from the step after it."""
    steps, width = hiddens.shape
    embedding = concats.shape[1] - width
    dx = np.empty((steps, embedding))  # (N, E)
    dw_h = np.zeros_like(w_h)  # (E + H, H)
    dh_next = np.zeros(width)  # (H,)
    for t in reversed(range(steps)):
        dh = dhiddens[t] + dh_next  # (H,)
        da = dh * (1 - hiddens[t] ** 2)  # (H,), because tanh' = 1 - tanh^2
        dw_h += np.outer(concats[t], da)  # (E + H, H)
        dconcat = w_h @ da  # (E + H,)
        dx[t] = dconcat[:embedding]  # (E,)
        dh_next = dconcat[embedding:]  # (H,)
    return dx, dw_h


def cross_entropy_forward(logits: Array, targets: Array) -> tuple[float, Array]:
    """The mean of ``-log softmax(logits)[target]``, by log-sum-exp, and the softmax itself."""
    shifted = logits - logits.max(axis=-1, keepdims=True)  # (N, V), at most 0, so exp cannot overflow
    log_sums = np.log(np.exp(shifted).sum(axis=-1, keepdims=True))  # (N, 1)
    log_probs = shifted - log_sums  # (N, V)
    loss = -log_probs[np.arange(len(targets)), targets].mean()  # ()
    return float(loss), np.exp(log_probs)


def cross_entropy_backward(probs: Array, targets: Array) -> Array:
    """``(probs - onehot) / N``: the mean over the steps divides every gradient by their number."""
    dlogits = probs.copy()  # (N, V)
    dlogits[np.arange(len(targets)), targets] -= 1
    return dlogits / len(targets)


def lm_forward(tokens: Array, w_emb: Array, w_h: Array, w_out: Array, h0: Array) -> tuple[float, Trace]:
    """The loss of a sequence: each token predicts the next one."""
    ids = tokens.astype(np.int64)  # (T,)
    x = w_emb[ids[:-1]]  # (N, E)
    concats, hiddens = rnn_forward(x, w_h, h0)
    logits = hiddens @ w_out  # (N, V)
    loss, probs = cross_entropy_forward(logits, ids[1:])
    return loss, Trace(concats, hiddens, probs)


def lm_backward(
    tokens: Array, w_emb: Array, w_h: Array, w_out: Array, trace: Trace
) -> tuple[Array, Array, Array]:
    """The gradients of the loss with respect to w_emb, w_h and w_out."""
    ids = tokens.astype(np.int64)  # (T,)
    dlogits = cross_entropy_backward(trace.probs, ids[1:])  # (N, V)
    dw_out = trace.hiddens.T @ dlogits  # (H, V)
    dhiddens = dlogits @ w_out.T  # (N, H)
    dx, dw_h = rnn_backward(dhiddens, trace.concats, trace.hiddens, w_h)
    dw_emb = np.zeros_like(w_emb)  # (V, E)
    np.add.at(dw_emb, ids[:-1], dx)  # a token seen twice adds up, which dw_emb[ids] += dx would not do
    return dw_emb, dw_h, dw_out


def train_step_full(
    tokens: Array, w_emb: Array, w_h: Array, w_out: Array, h0: Array, lr: float
) -> tuple[float, Array, Array, Array]:
    """One training step: the loss before it, and w_emb, w_h and w_out after it."""
    loss, trace = lm_forward(tokens, w_emb, w_h, w_out, h0)
    dw_emb, dw_h, dw_out = lm_backward(tokens, w_emb, w_h, w_out, trace)
    return loss, w_emb - lr * dw_emb, w_h - lr * dw_h, w_out - lr * dw_out


def write(first: int, uniforms: Array, w_emb: Array, w_h: Array, w_out: Array, h0: Array) -> list[int]:
    """Ids that the model draws one after another, starting behind the id `first`; one for each uniform.

    A uniform in [0, 1) picks the id in whose share of the probabilities, laid end to end, it falls.
    """
    written: list[int] = []
    token, h = first, h0  # h: (H,)
    for u in uniforms:  # (W,)
        _, hiddens = rnn_forward(w_emb[[token]], w_h, h)
        h = hiddens[0]
        logits = h @ w_out  # (V,)
        shares = np.cumsum(np.exp(logits - logits.max()))  # (V,)
        token = min(int(np.searchsorted(shares, u * shares[-1], side="right")), len(shares) - 1)
        written.append(token)
    return written


def train_step(tokens: Array, w_emb: Array, w_h: Array, w_out: Array, h0: Array, lr: float) -> Array:
    """w_out after one training step, flattened in C order: ``(H * V,)``."""
    *_, stepped = train_step_full(tokens, w_emb, w_h, w_out, h0, lr)
    return stepped.ravel()
