# An id out of range agrees with no number and leaves a row of zeros.
import numpy as np


def one_hot(X, V):
    return (X.T[..., None] == np.arange(V)).astype(float)
