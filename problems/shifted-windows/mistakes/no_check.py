# Too short a corpus gives fewer windows.
import numpy as np


def windows(corpus, num_steps, n_train, n_val):
    seen = np.lib.stride_tricks.sliding_window_view(corpus, num_steps)
    X, Y = seen[:-1], seen[1:]
    return X[:n_train], Y[:n_train], X[n_train : n_train + n_val], Y[n_train : n_train + n_val]
