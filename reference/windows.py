"""A text as many short overlapping exercises: from each window, predict the same window one token later."""

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


def windows(corpus: Array, num_steps: int, n_train: int, n_val: int) -> tuple[Array, Array, Array, Array]:
    """Window i is ``corpus[i : i + num_steps]``, and its targets are the ids one place further on.

    corpus is (N,), so that there are N - num_steps windows. The first n_train are for training and the next
    n_val for validation: returns X_train, Y_train (n_train, num_steps), X_val and Y_val (n_val, num_steps),
    all of them copies. Raises ValueError when there are fewer windows than n_train + n_val.
    """
    count = max(len(corpus) - num_steps, 0)
    if count < n_train + n_val:
        raise ValueError(f"{len(corpus)} ids make {count} windows, not {n_train} + {n_val}")
    starts = np.arange(n_train + n_val)[:, None]  # (n_train + n_val, 1)
    places = starts + np.arange(num_steps)  # (n_train + n_val, num_steps)
    X, Y = corpus[places], corpus[places + 1]
    return X[:n_train], Y[:n_train], X[n_train:], Y[n_train:]
