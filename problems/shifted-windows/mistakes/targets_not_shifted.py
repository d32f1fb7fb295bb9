# Inputs and targets are the same ids.
import numpy as np


def windows(corpus, num_steps, n_train, n_val):
    n = n_train + n_val
    if len(corpus) - num_steps < n:
        raise ValueError("too short")
    X = corpus[np.arange(n)[:, None] + np.arange(num_steps)]
    Y = X
    return X[:n_train], Y[:n_train], X[n_train:], Y[n_train:]
