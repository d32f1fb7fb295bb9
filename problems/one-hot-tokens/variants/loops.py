# One entry at a time, as integers.
import numpy as np


def one_hot(X, V):
    B, T = X.shape
    rows = np.zeros((T, B, V), dtype=int)
    for b in range(B):
        for t in range(T):
            i = int(X[b, t])
            if not 0 <= i < V:
                raise ValueError(i)
            rows[t, b, i] = 1
    return rows
