# The arrays themselves change.
import numpy as np


def clip(grads, c):
    for g in grads:
        np.clip(g, -c, c, out=g)
    return grads
