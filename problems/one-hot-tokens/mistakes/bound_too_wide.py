# The check compares with V by > where it should be >=, and the comparison below raises nothing.
import numpy as np


def one_hot(X, V):
    if X.min() < 0 or X.max() > V:
        raise ValueError("an id out of range")
    return (X.T[..., None] == np.arange(V)).astype(float)
