# Single precision for each step.
import numpy as np


def adagrad(p, grads, m, lr):
    p, m, lr = p.astype(np.float32), m.astype(np.float32), np.float32(lr)
    for g in grads.astype(np.float32):
        m = m + g * g
        p = p - lr * g / np.sqrt(m + np.float32(1e-8))
    return p, m
