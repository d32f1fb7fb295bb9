"""A recurrent language model of characters: composed of layers, trained in batches, and made to write.

Shapes: B sequences in a batch, T steps, V tokens, n hidden units. X and Y are ids (B, T), and Y holds what
comes one step after X. The parameters are those of a recurrent layer, then W_hq (n, V) and b_q (V,); with
the plain RNN that is (W_xh (V, n), W_hh (n, n), b_h (n,), W_hq, b_q). A state is whatever the layer carries
from step to step, (B, n) for the RNN, and None stands for zeros.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from reference.losses import cross_entropy_backward, cross_entropy_forward
from reference.rnn import output_layer, output_layer_backward, rnn_backward, rnn_forward
from reference.tokens import one_hot
from reference.updates import clip_global_norm, sgd

Array = np.ndarray[Any, np.dtype[Any]]
Params = tuple[Array, ...]
Batch = tuple[Array, Array]  # X and Y, (B, T) each


@dataclass(frozen=True)
class Layer:
    """A recurrent layer as the language model needs it, whatever goes on inside its cell.

    ``forward(inputs (T, B, V), weights, state)`` gives the hidden states (T, B, n), the last state, and a
    trace; ``backward(dH (T, B, n), weights, trace)`` gives the gradients of the weights, in their order.
    """

    forward: Callable[[Array, Sequence[Array], Any], tuple[Array, Any, Any]]
    backward: Callable[[Array, Sequence[Array], Any], Sequence[Array]]


def _forward(inputs: Array, weights: Sequence[Array], state: Array | None) -> tuple[Array, Array, Any]:
    W_xh, W_hh, b_h = weights
    H, last = rnn_forward(inputs, W_xh, W_hh, b_h, state)
    return H, last, (inputs, H, state)


def _backward(dH: Array, weights: Sequence[Array], trace: Any) -> Sequence[Array]:
    W_xh, W_hh, _ = weights
    inputs, H, state = trace
    _, dW_xh, dW_hh, db_h = rnn_backward(dH, inputs, H, state, W_xh, W_hh)
    return dW_xh, dW_hh, db_h


RNN = Layer(_forward, _backward)


def lm_forward(X: Array, params: Params, state: Any = None, layer: Layer = RNN) -> tuple[Array, Any]:
    """The logits (B, T, V) of what comes after each token of X, and the state after the last one.

    Raises ValueError for an id below 0 or above V-1.
    """
    *weights, W_hq, b_q = params
    inputs = one_hot(X, len(b_q))  # (T, B, V), time first
    H, last, _ = layer.forward(inputs, weights, state)  # (T, B, n)
    return output_layer(H, W_hq, b_q), last  # (B, T, V)


def lm_backward(
    X: Array, Y: Array, params: Params, state: Any = None, layer: Layer = RNN
) -> tuple[float, Params]:
    """The mean cross-entropy over all B*T predictions, and the gradient of each parameter, in their order.

    The state is taken as a constant: what led to it is not walked back. Raises ValueError as lm_forward does.
    """
    *weights, W_hq, b_q = params
    inputs = one_hot(X, len(b_q))  # (T, B, V)
    H, _, trace = layer.forward(inputs, weights, state)  # (T, B, n)
    logits = output_layer(H, W_hq, b_q)  # (B, T, V)
    loss, probs = cross_entropy_forward(logits, Y)

    dlogits = cross_entropy_backward(probs, Y)  # (B, T, V)
    dH, dW_hq, db_q = output_layer_backward(dlogits, H, W_hq)  # (T, B, n)
    dweights = layer.backward(dH, weights, trace)
    return loss, (*dweights, dW_hq, db_q)


def train_epoch(
    params: Params, batches: Iterable[Batch], lr: float, theta: float, layer: Layer = RNN
) -> tuple[float, Params]:
    """One pass over the batches: the perplexity met on the way, and the parameters after it.

    Every batch begins with a state of zeros and gives one step: gradients, clipped to theta all together,
    then descent. Its loss is that before the step. A batch weighs as many tokens as it holds.
    """
    surprise, tokens = 0.0, 0
    for X, Y in batches:
        loss, grads = lm_backward(X, Y, params, None, layer)
        surprise += loss * Y.size
        tokens += Y.size
        params = tuple(sgd(params, clip_global_norm(grads, theta), lr))
    return float(np.exp(surprise / tokens)), params


def fit(
    params: Params, batches: Sequence[Batch], lr: float, theta: float, epochs: int, layer: Layer = RNN
) -> Array:
    """The perplexity of each epoch (epochs,), every one over the same batches in the same order."""
    perplexities = np.empty(epochs)
    for epoch in range(epochs):
        perplexities[epoch], params = train_epoch(params, batches, lr, theta, layer)
    return perplexities


def perplexity(params: Params, batches: Iterable[Batch], layer: Layer = RNN) -> float:
    """The perplexity over all tokens of the batches, each begun with a state of zeros; nothing is learned."""
    surprise, tokens = 0.0, 0
    for X, Y in batches:
        logits, _ = lm_forward(X, params, None, layer)
        loss, _ = cross_entropy_forward(logits, Y)
        surprise += loss * Y.size
        tokens += Y.size
    return float(np.exp(surprise / tokens))


def generate(prefix: Array, n: int, params: Params, layer: Layer = RNN) -> Array:
    """The prefix (P,) and the n ids that the model finds likeliest after it, one by one: (P + n,).

    The model reads the prefix first, and then each id that it has chosen; of equally likely ids the lowest
    is chosen. Raises ValueError for an empty prefix, which leaves nothing to begin with.
    """
    if len(prefix) == 0:
        raise ValueError("the prefix is empty; give at least one id to begin with")
    ids = [int(i) for i in prefix]
    state, unread = None, ids
    for _ in range(n):
        logits, state = lm_forward(np.array([unread]), params, state, layer)  # (1, len(unread), V)
        unread = [int(np.argmax(logits[0, -1]))]
        ids = ids + unread
    return np.array(ids)
