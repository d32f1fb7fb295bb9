import numpy as np


def batches(sequences, size, rng_permutation, pad_id, drop_last):
    """Padded batches of sequences, in a given order.

    sequences        [(n_0,), (n_1,), ...]  integers, at least one each
    size             int    how many sequences a batch holds
    rng_permutation  (N,)   which sequence comes first, second, ...
    pad_id           int    what short sequences are filled up with
    drop_last        bool   leave out a last batch that is not full?

    Returns a list of tuples (X, Y, mask), all three (B, T): inputs,
    targets, and True where they count.
    Raises ValueError if size is below 1.
    """
    raise NotImplementedError
