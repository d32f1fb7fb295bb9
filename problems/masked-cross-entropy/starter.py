import numpy as np


def masked_cross_entropy(logits, y, ignore_index):
    """The mean cross-entropy over the rows that count.

    logits        (N, V)   one row of scores for each target
    y             (N,)     integers: a class from 0 to V - 1,
                           or ignore_index
    ignore_index  int      a target that does not count

    Returns (loss, dlogits): a number, and the gradient of the loss
    for the logits, (N, V).
    """
    raise NotImplementedError
