# The sign times the smaller of size and limit.
import numpy as np


def clip(grads, c):
    return tuple(np.sign(g) * np.minimum(np.abs(g), c) for g in grads)
