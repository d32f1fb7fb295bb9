"""Training the Elman language model: epochs over batches that are padded, and perplexities to watch it by.

A batch is a pair X, Y of ids, both (B, T): Y holds the token after each one of X, or ignore_index where there
is none. Every batch starts from zero states. Perplexity is exp of the mean loss of a token: as many equally
likely tokens would surprise as much.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from reference.elman import Params, lm_backward, lm_forward, lm_trace
from reference.losses import masked_cross_entropy
from reference.updates import sgd

Array = np.ndarray[Any, np.dtype[Any]]
Batch = tuple[Array, Array]  # X (B, T), Y (B, T)


def batch_loss(logits: Array, Y: Array, ignore_index: int) -> tuple[float, Array]:
    """The mean loss over a batch's tokens that are not ignored, and the gradient of the logits (B, T, V)."""
    rows = logits.reshape(-1, logits.shape[-1])  # (B * T, V): a place is a place, whatever its sequence
    loss, drows = masked_cross_entropy(rows, Y.reshape(-1), ignore_index)
    return loss, drows.reshape(logits.shape)


def loss_and_gradients(params: Params, batch: Batch, ignore_index: int) -> tuple[float, Params]:
    """The mean loss over a batch's tokens that are not ignored, and the gradients of all parameters."""
    X, Y = batch
    logits, trace = lm_trace(X, params)  # (B, T, V)
    loss, dlogits = batch_loss(logits, Y, ignore_index)
    return loss, lm_backward(dlogits, X, params, trace)


def flat(params: Params) -> list[Array]:
    """All arrays of the parameters, or of their gradients, in one list."""
    W_emb, layers, W_out, b_out = params
    return [W_emb, *(array for layer in layers for array in layer), W_out, b_out]


def nested(arrays: Sequence[Array]) -> Params:
    """The reverse of `flat`."""
    W_emb, *rest, W_out, b_out = arrays
    layers = [(rest[i], rest[i + 1], rest[i + 2]) for i in range(0, len(rest), 3)]
    return W_emb, layers, W_out, b_out


def sgd_step(params: Params, grads: Params, lr: float) -> Params:
    """Every parameter less lr times its gradient; the arguments stay as they are."""
    return nested(sgd(flat(params), flat(grads), lr))


def tokens_in(batch: Batch, ignore_index: int) -> int:
    """How many targets count."""
    return int(np.count_nonzero(batch[1] != ignore_index))


def train_epoch(
    params: Params, batches: Sequence[Batch], lr: float, ignore_index: int
) -> tuple[float, Params]:
    """One step for each batch in turn: the perplexity over all of them, each measured before its step."""
    total, count = 0.0, 0
    for batch in batches:
        loss, grads = loss_and_gradients(params, batch, ignore_index)
        tokens = tokens_in(batch, ignore_index)
        total += loss * tokens  # a mean again becomes a sum, since batches differ in what they hold
        count += tokens
        params = sgd_step(params, grads, lr)
    return float(np.exp(total / count)), params


def evaluate(params: Params, batches: Sequence[Batch], ignore_index: int) -> float:
    """The perplexity over all batches, with parameters that stay as they are."""
    total, count = 0.0, 0
    for batch in batches:
        X, Y = batch
        loss, _ = batch_loss(lm_forward(X, params), Y, ignore_index)
        tokens = tokens_in(batch, ignore_index)
        total += loss * tokens
        count += tokens
    return float(np.exp(total / count))


def fit(
    params: Params,
    train: Sequence[Batch],
    val: Sequence[Batch],
    lr: float,
    epochs: int,
    ignore_index: int,
) -> tuple[Array, Array]:
    """The perplexity of both splits for each epoch, (epochs,) twice; `val` is measured after the epoch.

    Each split holds a target that is not ignored. Raises IndexError for an id that is not in the vocabulary.
    """
    train_perplexities, val_perplexities = [], []
    for _ in range(epochs):
        perplexity, params = train_epoch(params, train, lr, ignore_index)
        train_perplexities.append(perplexity)
        val_perplexities.append(evaluate(params, val, ignore_index))
    return np.array(train_perplexities), np.array(val_perplexities)
