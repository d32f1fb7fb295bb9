# Brings every gradient to length theta, the short ones too.
import numpy as np


def clip(grads, theta):
    norm = np.sqrt(sum((g**2).sum() for g in grads))
    if norm == 0:
        return grads
    return [g * theta / norm for g in grads]
