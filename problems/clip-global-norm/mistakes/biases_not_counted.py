# Only matrices enter the norm.
import numpy as np


def clip(grads, theta):
    norm = np.sqrt(sum((g**2).sum() for g in grads if g.ndim == 2))
    return [g * theta / norm if norm > theta else g for g in grads]
