# No loop: the memory at every step is a cumulative sum.
import numpy as np


def adagrad(p, grads, m, lr):
    memories = m + np.cumsum(grads**2, axis=0)
    return p - lr * (grads * (memories + 1e-8) ** -0.5).sum(axis=0), memories[-1]
