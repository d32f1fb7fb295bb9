# The other kind of clipping.
import numpy as np


def clip(grads, c):
    norm = np.sqrt(sum((g**2).sum() for g in grads))
    return [g * c / norm if norm > c else g for g in grads]
