# g names a new array; the list still holds the old one.
import numpy as np


def clip(grads, c):
    for g in grads:
        g = np.clip(g, -c, c)
    return grads
