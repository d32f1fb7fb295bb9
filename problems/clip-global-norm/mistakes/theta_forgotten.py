# Makes a unit vector of whatever is too long.
import numpy as np


def clip(grads, theta):
    norm = np.sqrt(sum((g**2).sum() for g in grads))
    return [g / norm if norm > theta else g for g in grads]
