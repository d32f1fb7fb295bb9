# Every step starts where the first one did.
import numpy as np


def adagrad(p, grads, m, lr):
    for g in grads:
        m = m + g**2
        moved = p - lr * g / np.sqrt(m + 1e-8)
    return moved, m
