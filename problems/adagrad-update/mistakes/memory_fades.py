# RMSprop's memory.
import numpy as np


def adagrad(p, grads, m, lr):
    for g in grads:
        m = 0.9 * m + 0.1 * g**2
        p = p - lr * g / np.sqrt(m + 1e-8)
    return p, m
