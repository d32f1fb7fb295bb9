"""What stands between gradients and better parameters: clipping, plain descent and Adagrad.

A model's parameters are a sequence of arrays of any shapes, and its gradients are a sequence of the same
shapes in the same order. Every function here makes new arrays and leaves its arguments alone.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]

_EPSILON = 1e-8  # keeps Adagrad's first division finite where a gradient is zero


def sgd(params: Sequence[Array], grads: Sequence[Array], lr: float) -> list[Array]:
    """One step of gradient descent: ``p - lr * g`` for each parameter and its own gradient.

    Raises ValueError when there are not as many gradients as parameters.
    """
    return [p - lr * g for p, g in zip(params, grads, strict=True)]


def global_norm(grads: Sequence[Array]) -> float:
    """The Euclidean length of all gradients together, as if they were one long vector."""
    return float(np.sqrt(sum(np.sum(g**2) for g in grads)))


def clip_global_norm(grads: Sequence[Array], theta: float) -> list[Array]:
    """``g * min(1, theta / norm)``, where norm is that of all gradients together; theta is not negative.

    Pascanu, Mikolov and Bengio, "On the difficulty of training recurrent neural networks" (2013), its
    algorithm 1. Gradients that are all zero have no direction to keep, and stay as they are.
    """
    norm = global_norm(grads)
    scale = theta / norm if norm > theta else 1.0
    return [g * scale for g in grads]


def clip_elementwise(grads: Sequence[Array], c: float) -> list[Array]:
    """Every element brought into ``[-c, c]``, each on its own; c is not negative."""
    return [np.clip(g, -c, c) for g in grads]


def adagrad(p: Array, grads: Array, m: Array, lr: float) -> tuple[Array, Array]:
    """K steps of Adagrad: the parameter and its memory of squared gradients after the last one.

    p and m have one shape and grads is ``(K, *p.shape)``. At each step ``m += g^2`` and then
    ``p -= lr * g / sqrt(m + 1e-8)``. Duchi, Hazan and Singer, "Adaptive subgradient methods for online
    learning and stochastic optimization" (2011), with its small number inside the root.
    """
    for g in grads:
        m = m + g**2
        p = p - lr * g / np.sqrt(m + _EPSILON)
    return p, m
