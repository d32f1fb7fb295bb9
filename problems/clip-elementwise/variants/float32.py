# Single precision throughout.
import numpy as np


def clip(grads, c):
    top = np.float32(c)
    return [np.maximum(np.minimum(g.astype(np.float32), top), -top) for g in grads]
