# A guard against division by zero that changes the result.
import numpy as np


def clip(grads, theta):
    norm = np.sqrt(sum((g**2).sum() for g in grads))
    return [g * min(1.0, theta / (norm + 1e-6)) for g in grads]
