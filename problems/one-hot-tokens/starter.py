import numpy as np


def one_hot(X, V):
    """Token ids as one-hot rows, time first.

    X  (B, T)     ids from 0 to V-1, given as floats: cast them
    V  a number   how many tokens there are

    Returns (T, B, V): zeros, with a single one in the last axis. Raises ValueError for an id out of range.
    """
    raise NotImplementedError
