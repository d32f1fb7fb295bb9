# A norm for each array.
import numpy as np


def clip(grads, theta):
    clipped = []
    for g in grads:
        norm = np.sqrt((g**2).sum())
        clipped.append(g * theta / norm if norm > theta else g)
    return clipped
