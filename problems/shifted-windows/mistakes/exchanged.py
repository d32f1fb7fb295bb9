# Inputs and targets are exchanged.
import numpy as np


def windows(corpus, num_steps, n_train, n_val):
    n = n_train + n_val
    if len(corpus) - num_steps < n:
        raise ValueError("too short")
    Y = corpus[np.arange(n)[:, None] + np.arange(num_steps)]
    X = corpus[np.arange(n)[:, None] + np.arange(num_steps) + 1]
    return X[:n_train], Y[:n_train], X[n_train:], Y[n_train:]
