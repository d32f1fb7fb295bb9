# The absolute values, clipped.
import numpy as np


def clip(grads, c):
    return [np.minimum(np.abs(g), c) for g in grads]
