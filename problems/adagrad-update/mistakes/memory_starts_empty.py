# The memory that came in is thrown away.
import numpy as np


def adagrad(p, grads, m, lr):
    m = np.zeros_like(p)
    for g in grads:
        m += g**2
        p = p - lr * g / np.sqrt(m + 1e-8)
    return p, m
