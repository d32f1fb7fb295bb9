"""Cross-entropy: how surprised a model is by the tokens that really came, and how to surprise it less.

Shapes: V is the vocabulary; what stands before it, (N, V) or (B, T, V), is up to the caller, and the target
ids have that shape without V. Ids are integers from 0 to V-1.
"""

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


def cross_entropy_forward(logits: Array, targets: Array) -> tuple[float, Array]:
    """The mean of ``-log softmax(logits)[target]`` over all targets, and the softmax itself.

    The logarithm is taken as ``log sum exp - logit``, which stays finite where the probability is too small
    for a float.
    """
    shifted = logits - logits.max(axis=-1, keepdims=True)  # (..., V), at most 0, so exp cannot overflow
    exps = np.exp(shifted)  # (..., V)
    sums = exps.sum(axis=-1, keepdims=True)  # (..., 1), at least 1, so log is safe
    at_target = np.take_along_axis(shifted, targets[..., None], axis=-1)  # (..., 1)
    loss = np.mean(np.log(sums) - at_target)  # ()
    return float(loss), exps / sums


def cross_entropy_backward(probs: Array, targets: Array) -> Array:
    """The gradient of the logits, ``(probs - onehot) / N``, for the mean over N targets."""
    at_target = np.take_along_axis(probs, targets[..., None], axis=-1)  # (..., 1)
    dlogits = probs / targets.size  # (..., V)
    np.put_along_axis(dlogits, targets[..., None], (at_target - 1) / targets.size, axis=-1)
    return dlogits


def lm_loss(logits: Array, Y: Array) -> tuple[float, float]:
    """The mean cross-entropy of logits (B, T, V) for the tokens Y (B, T), and the perplexity, its exp."""
    loss, _ = cross_entropy_forward(logits, Y)
    return loss, float(np.exp(loss))


def lm_loss_backward(logits: Array, Y: Array) -> Array:
    """The gradient of the loss, not of the perplexity, with respect to the logits (B, T, V)."""
    _, probs = cross_entropy_forward(logits, Y)
    return cross_entropy_backward(probs, Y)


def masked_cross_entropy(logits: Array, y: Array, ignore_index: int) -> tuple[float, Array]:
    """The mean over the targets that are not ignore_index, and its gradient (N, V).

    logits is (N, V) and y (N,). Ignored rows get no gradient and do not count in the mean; where all are
    ignored, loss and gradient are zero.
    """
    dlogits = np.zeros_like(logits)  # (N, V)
    kept = np.flatnonzero(y != ignore_index)  # (K,)
    if len(kept) == 0:
        return 0.0, dlogits
    loss, probs = cross_entropy_forward(logits[kept], y[kept])
    dlogits[kept] = cross_entropy_backward(probs, y[kept])
    return loss, dlogits
