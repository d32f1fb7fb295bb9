# A memory of its own grows, and the old one comes back.
import numpy as np


def adagrad(p, grads, m, lr):
    seen = m.copy()
    for g in grads:
        seen += g**2
        p = p - lr * g / np.sqrt(seen + 1e-8)
    return p, m
