# Each window begins where the one before it ended.
import numpy as np


def windows(corpus, num_steps, n_train, n_val):
    if len(corpus) - num_steps < n_train + n_val:
        raise ValueError("too short")
    starts = range(0, len(corpus) - num_steps, num_steps)
    X = np.array([corpus[i : i + num_steps] for i in starts], dtype=int).reshape(-1, num_steps)
    Y = np.array([corpus[i + 1 : i + num_steps + 1] for i in starts], dtype=int).reshape(-1, num_steps)
    return X[:n_train], Y[:n_train], X[n_train : n_train + n_val], Y[n_train : n_train + n_val]
