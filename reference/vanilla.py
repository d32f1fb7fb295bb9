"""A character-level RNN by hand, from a text to sampled text: column vectors, biases, the loss summed.

Shapes: V vocabulary, N hidden, T steps of a window. ``params`` is always
``(Wxh (N, V), Whh (N, N), Why (V, N), bh (N, 1), by (V, 1))``. What goes in at a step is one character, so
its one-hot column picks one column of Wxh.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Any

import numpy as np

from reference.updates import adagrad, clip_elementwise

Array = np.ndarray[Any, np.dtype[Any]]
Params = tuple[Array, Array, Array, Array, Array]
Gradients = tuple[Array, Array, Array, Array, Array]

_CLIP = 5.0  # no element of a gradient is larger


def vocabulary(text: str) -> tuple[list[str], dict[str, int]]:
    """The characters of a text, each once and sorted, and the id of each: its place among them.

    The list is the map from ids to characters, the dict is the map back.
    """
    characters = sorted(set(text))
    return characters, {character: i for i, character in enumerate(characters)}


def next_window(ids: Array, seq: int, position: int, h: Array) -> tuple[Array, Array, Array, int]:
    """The inputs and targets ``(seq,)`` to train on next, the state to start from, the position after.

    h (N, 1) is carried over from the window before. Where no window fits behind `position`, reading starts
    over at the beginning, with a state of zeros. Raises ValueError when ids are too few for one window.
    """
    if len(ids) < seq + 1:
        raise ValueError(f"{len(ids)} ids are too few for a window of {seq} and the id after it")
    if position + seq + 1 >= len(ids):
        position, h = 0, np.zeros_like(h)
    inputs = ids[position : position + seq]
    targets = ids[position + 1 : position + seq + 1]
    return inputs, targets, h, position + seq


def softmax(y: Array) -> Array:
    """Of columns ``(..., V, 1)``, each shifted by its own maximum so that exp cannot overflow."""
    e = np.exp(y - y.max(axis=-2, keepdims=True))
    return np.asarray(e / e.sum(axis=-2, keepdims=True))


def recur(h: Array, i: int, Wxh: Array, Whh: Array, bh: Array) -> Array:
    """``tanh(Wxh x + Whh h + bh)`` for the one-hot column x of id i: the state (N, 1) one step on."""
    a = Wxh[:, [i]] + Whh @ h + bh  # (N, 1)
    return np.asarray(np.tanh(a))


def forward(
    inputs: Array,
    targets: Array,
    h_prev: Array,
    Wxh: Array,
    Whh: Array,
    Why: Array,
    bh: Array,
    by: Array,
) -> tuple[float, Array, Array]:
    """The loss, summed over the steps, the states hs (T, N, 1) and the probabilities ps (T, V, 1).

    inputs and targets are (T,) ids, h_prev (N, 1) is the state before the first step.
    """
    states = []
    h = h_prev  # (N, 1)
    for i in inputs:
        h = recur(h, i, Wxh, Whh, bh)  # (N, 1)
        states.append(h)
    hs = np.stack(states)  # (T, N, 1)
    ys = Why @ hs + by  # (T, V, 1)
    of_targets = ys[np.arange(len(targets)), targets, 0]  # (T,)
    top = ys.max(axis=(1, 2))  # (T,)
    log_sums = top + np.log(np.exp(ys - top[:, None, None]).sum(axis=(1, 2)))  # (T,), log-sum-exp
    return float((log_sums - of_targets).sum()), hs, softmax(ys)


def gradients(
    inputs: Array,
    targets: Array,
    h_prev: Array,
    Whh: Array,
    Why: Array,
    hs: Array,
    ps: Array,
) -> Gradients:
    """Backpropagation through time: of Wxh, Whh, Why, bh and by, in their shapes.

    hs and ps are what `forward` made, and Wxh plays no part: nothing is asked of the inputs.
    """
    dys = ps.copy()  # (T, V, 1)
    dys[np.arange(len(targets)), targets, 0] -= 1
    dWxh = np.zeros((len(Whh), len(Why)))  # (N, V)
    dWhh, dWhy = np.zeros_like(Whh), np.zeros_like(Why)  # (N, N), (V, N)
    dbh, dby = np.zeros_like(h_prev), np.zeros_like(dys[0])  # (N, 1), (V, 1)
    dh_next = np.zeros_like(h_prev)  # (N, 1)
    for t in reversed(range(len(inputs))):
        before = hs[t - 1] if t else h_prev  # (N, 1)
        dWhy += dys[t] @ hs[t].T  # (V, N)
        dby += dys[t]  # (V, 1)
        dh = Why.T @ dys[t] + dh_next  # (N, 1), from this step's output and from the step after
        da = dh * (1 - hs[t] ** 2)  # (N, 1), because tanh' = 1 - tanh^2
        dWxh[:, [inputs[t]]] += da  # da times the one-hot row: one column of (N, V)
        dWhh += da @ before.T  # (N, N)
        dbh += da  # (N, 1)
        dh_next = Whh.T @ da  # (N, 1)
    return dWxh, dWhh, dWhy, dbh, dby


def backward(
    inputs: Array,
    targets: Array,
    h_prev: Array,
    Wxh: Array,
    Whh: Array,
    Why: Array,
    bh: Array,
    by: Array,
) -> Gradients:
    """The gradients of the summed loss with respect to Wxh, Whh, Why, bh and by, clipped to +-5.

    The arguments are those of `forward`. An element is clipped once, when all steps have added to it.
    """
    _, hs, ps = forward(inputs, targets, h_prev, Wxh, Whh, Why, bh, by)
    return _clipped(gradients(inputs, targets, h_prev, Whh, Why, hs, ps))


def _clipped(grads: Gradients) -> Gradients:
    dWxh, dWhh, dWhy, dbh, dby = clip_elementwise(grads, _CLIP)
    return dWxh, dWhh, dWhy, dbh, dby


def sample(h: Array, seed_id: int, n: int, u: Array, params: Params) -> Array:
    """n ids (n,), each drawn from what the model expects after the one before; seed_id is fed first.

    h (N, 1) is the state before seed_id. u (n,), uniform in [0, 1), decides: the id is the first whose
    cumulated probability exceeds u[t].
    """
    Wxh, Whh, Why, bh, by = params
    ids = np.empty(n, dtype=np.int64)
    i = seed_id
    for t in range(n):
        h = recur(h, i, Wxh, Whh, bh)  # (N, 1)
        cumulated = np.cumsum(softmax(Why @ h + by))  # (V,)
        i = int(np.searchsorted(cumulated / cumulated[-1], u[t], side="right"))
        ids[t] = i
    return ids


def initial(hidden: int, characters: int, rng: np.random.Generator) -> Params:
    """Small random weights and zero biases."""
    return (
        0.01 * rng.standard_normal((hidden, characters)),
        0.01 * rng.standard_normal((hidden, hidden)),
        0.01 * rng.standard_normal((characters, hidden)),
        np.zeros((hidden, 1)),
        np.zeros((characters, 1)),
    )


def training(ids: Array, seq: int, lr: float, params: Params) -> Iterator[tuple[float, Array, Params]]:
    """Trains for as long as it is asked: after each step the smoothed loss, the state and the parameters.

    First comes where training starts: the loss of guessing blindly, zeros, and params themselves. The state
    (N, 1) is the one that the next window continues from. Raises ValueError when ids are too few.
    """
    *_, bh, by = params
    smoothed = -np.log(1 / len(by)) * seq
    memories = [np.zeros_like(p) for p in params]
    h, position = np.zeros_like(bh), 0
    yield float(smoothed), h, params
    while True:
        inputs, targets, h, position = next_window(ids, seq, position, h)
        loss, hs, ps = forward(inputs, targets, h, *params)
        _, Whh, Why, *_ = params
        grads = _clipped(gradients(inputs, targets, h, Whh, Why, hs, ps))
        h = hs[-1]
        smoothed = 0.999 * smoothed + 0.001 * loss
        stepped = [adagrad(p, g[None], m, lr) for p, g, m in zip(params, grads, memories, strict=True)]
        Wxh, Whh, Why, bh, by = (p for p, _ in stepped)
        params = Wxh, Whh, Why, bh, by
        memories = [m for _, m in stepped]
        yield float(smoothed), h, params


def fit(ids: Array, seq: int, steps: int, lr: float, params: Params) -> Array:
    """The smoothed loss (steps + 1,): as it starts, and after each of the training steps.

    Raises ValueError when ids are too few for a window of seq.
    """
    return np.array([smoothed for smoothed, _, _ in islice(training(ids, seq, lr, params), steps + 1)])
