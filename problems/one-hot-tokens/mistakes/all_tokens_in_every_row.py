# The ids index the last axis alone, so every row gets a one for each of them.
import numpy as np


def one_hot(X, V):
    ids = X.astype(int)
    if ids.min() < 0 or ids.max() >= V:
        raise ValueError("an id out of range")
    B, T = ids.shape
    rows = np.zeros((T, B, V))
    rows[:, :, ids] = 1
    return rows
