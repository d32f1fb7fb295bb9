# Divides first and asks later.
import numpy as np


def clip(grads, theta):
    norm = np.sqrt(sum((g**2).sum() for g in grads))
    return [g / norm * min(norm, theta) for g in grads]
