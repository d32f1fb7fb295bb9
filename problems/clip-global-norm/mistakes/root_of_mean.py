# The mean of the squares instead of their sum.
import numpy as np


def clip(grads, theta):
    flat = np.concatenate([g.ravel() for g in grads])
    norm = np.sqrt(np.mean(flat**2))
    return [g * theta / norm if norm > theta else g for g in grads]
