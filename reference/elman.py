"""Elman networks by hand: an embedding, recurrent layers one above the other, the language model they make.

Shapes: B sequences, T steps, V vocabulary, D width of what goes in, N width of a hidden state; row vectors.
A layer is ``(W, U, b)``: W (D, N) meets what comes from below, U (N, N) the state before, b (N,) is the bias.
The recurrence is that of J. L. Elman, "Finding structure in time", Cognitive Science 14 (1990), with tanh to
squash.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
Layer = tuple[Array, Array, Array]  # W (D, N), U (N, N), b (N,), or their gradients
Params = tuple[Array, Sequence[Layer], Array, Array]  # W_emb (V, D), layers, W_out (N, V), b_out (V,)


def embedding_forward(ids: Array, W: Array) -> Array:
    """Row ``ids[...]`` of W (V, D) for every id: ``ids.shape + (D,)``.

    Raises IndexError for an id that is negative or not below V. (NumPy counts negative ones from the end.)
    """
    if ids.size and (ids.min() < 0 or ids.max() >= len(W)):
        raise IndexError(f"ids lie from {ids.min()} to {ids.max()}, and the table has rows 0 to {len(W) - 1}")
    rows: Array = W[ids]
    return rows


def embedding_backward(dout: Array, ids: Array, W: Array, padding_idx: int | None = None) -> Array:
    """What reaches each row of W (V, D): the sum over all places where its id stands, 0 for the padding."""
    dW = np.zeros_like(W)  # (V, D)
    np.add.at(dW, ids, dout)  # an id seen twice adds up, which dW[ids] += dout would not do
    if padding_idx is not None:
        dW[padding_idx] = 0
    return dW


def embedding(ids: Array, W: Array, dout: Array, padding_idx: int | None = None) -> tuple[Array, Array]:
    """Forward and backward: out (B, T, D), and the gradient of ``(out * dout).sum()`` for W (V, D).

    Raises IndexError for an id that is negative or not below V.
    """
    return embedding_forward(ids, W), embedding_backward(dout, ids, W, padding_idx)


def embedding_loss(ids: Array, W: Array, dout: Array, padding_idx: int | None = None) -> float:
    """The loss that `dout` is the gradient of, with the padding's row taken for a constant."""
    learned = np.ones(ids.shape) if padding_idx is None else ids != padding_idx  # (B, T)
    return float((W[ids] * dout * learned[..., None]).sum())


def unit(x: Array, h: Array, W: Array, U: Array, b: Array) -> Array:
    """One step of one layer: x (B, D) and the state before, h (B, N), make the next state (B, N)."""
    out: Array = np.tanh(x @ W + h @ U + b)
    return out


def layer_forward(X: Array, layer: Layer, h0: Array) -> Array:
    """Every hidden state of one layer, (B, T, N): `unit` again and again, from h0 (B, N) on."""
    batch, steps, _ = X.shape
    H = np.empty((batch, steps, h0.shape[1]))  # (B, T, N)
    h = h0  # (B, N)
    for t in range(steps):
        h = unit(X[:, t], h, *layer)
        H[:, t] = h
    return H


def layer_backward(dH: Array, X: Array, H: Array, layer: Layer, h0: Array) -> tuple[Array, Layer]:
    """The gradients of what came from below, (B, T, D), and of W, U and b.

    Walks the steps back: a state hears from the layer above, dH (B, T, N), and from the step after it.
    """
    W, U, b = layer
    dX = np.empty_like(X)  # (B, T, D)
    dW, dU, db = np.zeros_like(W), np.zeros_like(U), np.zeros_like(b)
    dh_next = np.zeros_like(h0)  # (B, N)
    for t in reversed(range(X.shape[1])):
        before = H[:, t - 1] if t else h0  # (B, N)
        da = (dH[:, t] + dh_next) * (1 - H[:, t] ** 2)  # (B, N), because tanh' = 1 - tanh^2
        dW += X[:, t].T @ da  # (D, N), summed over the sequences too
        dU += before.T @ da  # (N, N)
        db += da.sum(axis=0)  # (N,)
        dX[:, t] = da @ W.T  # (B, D)
        dh_next = da @ U.T  # (B, N)
    return dX, (dW, dU, db)


def stack_forward(X: Array, layers: Sequence[Layer], h0: Sequence[Array]) -> list[Array]:
    """The states (B, T, N_l) of every layer l: each reads the layer below, and the lowest X (B, T, D)."""
    hiddens: list[Array] = []
    below = X
    for layer, start in zip(layers, h0, strict=True):
        below = layer_forward(below, layer, start)
        hiddens.append(below)
    return hiddens


def stack(X: Array, layers: Sequence[Layer], h0: Sequence[Array]) -> tuple[Array, list[Array]]:
    """What the highest layer says at every step, (B, T, N), and the last state (B, N_l) of every layer."""
    hiddens = stack_forward(X, layers, h0)
    return hiddens[-1], [H[:, -1] for H in hiddens]


def stack_backward(
    X: Array, layers: Sequence[Layer], h0: Sequence[Array], dOut: Array
) -> tuple[Array, list[Layer]]:
    """The gradients of ``(out * dOut).sum()``, out (B, T, N) being the stack's: of X, of each layer."""
    hiddens = stack_forward(X, layers, h0)
    grads: list[Layer] = []
    dH = dOut  # (B, T, N)
    for index in reversed(range(len(layers))):
        below = hiddens[index - 1] if index else X  # (B, T, D)
        dH, layer_grads = layer_backward(dH, below, hiddens[index], layers[index], h0[index])
        grads.insert(0, layer_grads)
    return dH, grads


def stack_loss(X: Array, layers: Sequence[Layer], h0: Sequence[Array], dOut: Array) -> float:
    """The loss that `dOut` is the gradient of."""
    out, _ = stack(X, layers, h0)
    return float((out * dOut).sum())


def linear_forward(H: Array, W: Array, b: Array) -> Array:
    """``H @ W + b`` at every step: (B, T, N) to (B, T, V)."""
    out: Array = H @ W + b
    return out


def linear_backward(dout: Array, H: Array, W: Array) -> tuple[Array, Array, Array]:
    """The gradients of H (B, T, N), W (N, V) and b (V,)."""
    flat = dout.reshape(-1, dout.shape[-1])  # (B * T, V): every step of every sequence is a row
    return dout @ W.T, H.reshape(-1, H.shape[-1]).T @ flat, flat.sum(axis=0)


@dataclass
class Trace:
    """What the forward pass leaves behind for the backward pass."""

    x: Array  # (B, T, D): the embedded ids
    h0: list[Array]  # (B, N_l) zeros, for each layer
    hiddens: list[Array]  # (B, T, N_l), for each layer


def lm_trace(ids: Array, params: Params) -> tuple[Array, Trace]:
    """Embedding, stack and linear layer, from zero states: logits (B, T, V), and what the way back needs.

    Raises IndexError for an id that is negative or not below V.
    """
    W_emb, layers, W_out, b_out = params
    x = embedding_forward(ids, W_emb)  # (B, T, D)
    h0 = [np.zeros((len(ids), len(b))) for _, _, b in layers]
    hiddens = stack_forward(x, layers, h0)
    return linear_forward(hiddens[-1], W_out, b_out), Trace(x, h0, hiddens)


def lm_forward(ids: Array, params: Params) -> Array:
    """The logits (B, T, V) of the token after each id of (B, T).

    Raises IndexError for an id that is negative or not below V.
    """
    logits, _ = lm_trace(ids, params)
    return logits


def lm_backward(dlogits: Array, ids: Array, params: Params, trace: Trace) -> Params:
    """The gradients of all parameters, built as they are, from those of the logits (B, T, V)."""
    W_emb, layers, W_out, _ = params
    dH, dW_out, db_out = linear_backward(dlogits, trace.hiddens[-1], W_out)
    dx, dlayers = stack_backward(trace.x, layers, trace.h0, dH)
    dW_emb = embedding_backward(dx, ids, W_emb)
    return dW_emb, dlayers, dW_out, db_out
