# What is no matrix is left alone, and a column of one number each counts as a vector.
import numpy as np


def clip(grads, c):
    return [np.clip(g, -c, c) if g.ndim == 2 and g.shape[1] > 1 else g for g in grads]
