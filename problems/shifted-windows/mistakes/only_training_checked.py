# Validation is not checked.
import numpy as np


def windows(corpus, num_steps, n_train, n_val):
    if len(corpus) - num_steps < n_train:
        raise ValueError("too short")
    seen = np.lib.stride_tricks.sliding_window_view(corpus, num_steps)
    X, Y = seen[:-1], seen[1:]
    return X[:n_train], Y[:n_train], X[n_train : n_train + n_val], Y[n_train : n_train + n_val]
