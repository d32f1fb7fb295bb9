# The return stands inside the loop.
import numpy as np


def adagrad(p, grads, m, lr):
    for g in grads:
        m = m + g**2
        p = p - lr * g / np.sqrt(m + 1e-8)
        return p, m
