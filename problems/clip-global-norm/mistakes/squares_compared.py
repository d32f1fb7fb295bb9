# The factor is right, but the question whether to use it is asked of the squared norm.
import numpy as np


def clip(grads, theta):
    total = sum((g**2).sum() for g in grads)
    if total > theta:
        return [g * theta / np.sqrt(total) for g in grads]
    return grads
