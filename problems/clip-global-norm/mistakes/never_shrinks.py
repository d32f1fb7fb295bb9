# max where min belongs.
import numpy as np


def clip(grads, theta):
    norm = np.sqrt(sum((g**2).sum() for g in grads))
    if norm == 0:
        return grads
    return [g * max(1.0, theta / norm) for g in grads]
