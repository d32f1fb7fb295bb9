# All places at once, by adding a column to a row.
import numpy as np


def windows(corpus, num_steps, n_train, n_val):
    n = n_train + n_val
    if n > len(corpus) - num_steps:
        raise ValueError("too short")
    at = np.add.outer(np.arange(n), np.arange(num_steps + 1))
    pieces = np.take(corpus, at)
    train, val = np.split(pieces, [n_train])
    return train[:, :-1], train[:, 1:], val[:, :-1], val[:, 1:]
