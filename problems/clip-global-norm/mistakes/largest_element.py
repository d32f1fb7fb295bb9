# The largest element as the norm.
import numpy as np


def clip(grads, theta):
    norm = max(np.abs(g).max() for g in grads)
    return [g * theta / norm if norm > theta else g for g in grads]
