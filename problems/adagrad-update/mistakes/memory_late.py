# The step comes before the memory has grown.
import numpy as np


def adagrad(p, grads, m, lr):
    for g in grads:
        p = p - lr * g / np.sqrt(m + 1e-8)
        m = m + g**2
    return p, m
