# The arrays themselves change.
import numpy as np


def clip(grads, theta):
    norm = np.sqrt(sum(np.vdot(g, g) for g in grads))
    if norm > theta:
        for g in grads:
            g *= theta / norm
    return grads
