# What is out of range is dropped.
import numpy as np


def clip(grads, c):
    return [np.where(np.abs(g) <= c, g, 0.0) for g in grads]
