import numpy as np


def windows(corpus, num_steps, n_train, n_val):
    """Overlapping windows of a text, and the same windows one id later.

    corpus     (N,)       ids, in the order of the text
    num_steps  a number   how long a window is
    n_train    a number   how many windows to train on: the first ones
    n_val      a number   how many to validate on: the next ones

    Returns (X_train, Y_train, X_val, Y_val): the first two (n_train, num_steps), the others (n_val, num_steps).
    Raises ValueError when the corpus has too few windows.
    """
    raise NotImplementedError
