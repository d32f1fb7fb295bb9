# The arrays themselves change.
import numpy as np


def adagrad(p, grads, m, lr):
    for g in grads:
        m += g * g
        p += -lr * g / np.sqrt(m + 1e-8)
    return p, m
