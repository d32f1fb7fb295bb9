# The shift happens inside the window, so its first id comes round to the end.
import numpy as np


def windows(corpus, num_steps, n_train, n_val):
    n = n_train + n_val
    if len(corpus) - num_steps < n:
        raise ValueError("too short")
    X = corpus[np.arange(n)[:, None] + np.arange(num_steps)]
    Y = np.roll(X, -1, axis=1)
    return X[:n_train], Y[:n_train], X[n_train:], Y[n_train:]
