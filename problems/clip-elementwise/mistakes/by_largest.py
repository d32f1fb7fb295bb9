# Each array is scaled by its largest element.
import numpy as np


def clip(grads, c):
    return [g * min(1.0, c / np.abs(g).max()) for g in grads]
