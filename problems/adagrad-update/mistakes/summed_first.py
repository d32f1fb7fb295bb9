# One step along the sum of all gradients.
import numpy as np


def adagrad(p, grads, m, lr):
    g = grads.sum(axis=0)
    m = m + g**2
    return p - lr * g / np.sqrt(m + 1e-8), m
