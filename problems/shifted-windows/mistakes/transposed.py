# Windows in columns.
import numpy as np


def windows(corpus, num_steps, n_train, n_val):
    n = n_train + n_val
    if len(corpus) - num_steps < n:
        raise ValueError("too short")
    X = corpus[np.arange(n) + np.arange(num_steps)[:, None]]
    Y = corpus[np.arange(n) + np.arange(num_steps)[:, None] + 1]
    return X[:, :n_train], Y[:, :n_train], X[:, n_train:], Y[:, n_train:]
