"""The language model of `char_lm` with a plain RNN, arranged for speed: the same numbers, half the work.

What differs from the textbook form: an id picks its row of W_xh, where a one-hot product would multiply by
zeros; everything stays time first; large arrays are changed where they lie, because fresh memory costs as
much as the arithmetic; and nothing asks for the gradient of the inputs. All is computed in the parameters'
own precision, single or double. Shapes and parameters are those of `char_lm`.
"""

from collections.abc import Iterable

import numpy as np

from reference.char_lm import Array, Batch, Params
from reference.updates import clip_global_norm, sgd


def gradients(X: Array, Y: Array, params: Params) -> tuple[float, Params]:
    """What `char_lm.lm_backward` gives from a state of zeros: the mean loss, and each parameter's gradient.

    The ids are taken to be in the vocabulary: a negative one counts from its end.
    """
    W_xh, W_hh, b_h, W_hq, b_q = params
    read, wanted = X.T.ravel(), Y.T.ravel()  # (T * B,), time first: one row each of all that follows
    H = _hidden_states(X, W_xh + b_h, W_hh)  # (T, B, n)
    rows = H.reshape(len(read), -1)  # (T * B, n)
    loss, dlogits = _loss_and_slope(rows @ W_hq + b_q, wanted)  # (T * B, V)

    dA = _through_time((dlogits @ W_hq.T).reshape(H.shape), H, W_hh)  # (T, B, n)
    back = dA.reshape(rows.shape)  # (T * B, n)
    chosen = np.zeros(
        (len(read), len(W_xh)), back.dtype
    )  # (T * B, V), one-hot: a product adds up rows fastest
    chosen[np.arange(len(read)), read] = 1
    looked_back = H[:-1].reshape(-1, len(b_h))  # ((T-1) * B, n): the first step looked back at zeros
    dW_hh = looked_back.T @ back[X.shape[0] :]
    return loss, (chosen.T @ back, dW_hh, back.sum(axis=0), rows.T @ dlogits, dlogits.sum(axis=0))


def _hidden_states(X: Array, driving: Array, W_hh: Array) -> Array:
    """All hidden states (T, B, n); `driving` (V, n) is what each id adds before tanh, the bias included."""
    H: Array = driving[X.T]
    np.tanh(H[0], out=H[0])
    for t in range(1, len(H)):
        H[t] += H[t - 1] @ W_hh  # (B, n)
        np.tanh(H[t], out=H[t])
    return H


def _loss_and_slope(logits: Array, targets: Array) -> tuple[float, Array]:
    """The mean cross-entropy of logits (N, V), and its gradient, which takes the logits' place."""
    places = np.arange(len(targets)), targets
    logits -= logits.max(axis=1, keepdims=True)  # at most 0, so exp cannot overflow
    at_target = logits[places]  # (N,)
    exps = np.exp(logits, out=logits)
    sums = exps.sum(axis=1)  # (N,)
    loss = float(np.mean(np.log(sums) - at_target))
    exps /= (sums * len(targets))[:, None]  # softmax / N
    exps[places] -= 1 / len(targets)
    return loss, exps


def _through_time(dH: Array, H: Array, W_hh: Array) -> Array:
    """The gradient of what tanh was taken of, (T, B, n), which takes the place of dH."""
    slopes = 1 - H * H  # tanh' = 1 - tanh^2
    dh_next = np.zeros_like(H[0])  # (B, n)
    for t in reversed(range(len(H))):
        da = dH[t]
        da += dh_next
        da *= slopes[t]
        dh_next = da @ W_hh.T
    return dH


def train_epoch(params: Params, batches: Iterable[Batch], lr: float, theta: float) -> tuple[float, Params]:
    """What `char_lm.train_epoch` does: the perplexity met on the way, and the parameters after it."""
    surprise, tokens = 0.0, 0
    for X, Y in batches:
        loss, grads = gradients(X, Y, params)
        surprise += loss * Y.size
        tokens += Y.size
        params = tuple(sgd(params, clip_global_norm(grads, theta), lr))
    return float(np.exp(surprise / tokens)), params
