# Views into the corpus.
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def windows(corpus, num_steps, n_train, n_val):
    if len(corpus) - num_steps < n_train + n_val:
        raise ValueError("too short")
    seen = sliding_window_view(corpus, num_steps)
    X, Y = seen[:-1], seen[1:]
    return X[:n_train], Y[:n_train], X[n_train : n_train + n_val], Y[n_train : n_train + n_val]
