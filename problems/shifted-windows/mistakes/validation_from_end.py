# The last windows of the corpus.
import numpy as np


def windows(corpus, num_steps, n_train, n_val):
    count = len(corpus) - num_steps
    if count < n_train + n_val:
        raise ValueError("too short")
    X = corpus[np.arange(count)[:, None] + np.arange(num_steps)]
    Y = corpus[np.arange(count)[:, None] + np.arange(num_steps) + 1]
    return X[:n_train], Y[:n_train], X[count - n_val :], Y[count - n_val :]
