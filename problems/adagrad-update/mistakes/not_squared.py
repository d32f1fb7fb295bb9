# Sizes instead of squares.
import numpy as np


def adagrad(p, grads, m, lr):
    for g in grads:
        m = m + np.abs(g)
        p = p - lr * g / np.sqrt(m + 1e-8)
    return p, m
