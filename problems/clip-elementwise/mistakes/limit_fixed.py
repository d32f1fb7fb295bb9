# The usual limit, written into the code.
import numpy as np


def clip(grads, c):
    return [np.clip(g, -5, 5) for g in grads]
