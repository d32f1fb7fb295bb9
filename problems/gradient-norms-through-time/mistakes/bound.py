# The largest factor of each step instead of the gradient.
import numpy as np


def gradient_norms(a, w_h, scale, dh_last):
    T, n = a.shape
    hs = []
    h = np.zeros(n)
    for t in range(T):
        h = np.tanh(a[t] + scale * h @ w_h)
        hs.append(h)
    norms = np.zeros(T)
    dh = dh_last
    for t in reversed(range(T)):
        norms[t] = np.sqrt((dh**2).sum())
        dh = dh * abs(scale) * np.linalg.norm(w_h, 2) * (1 - hs[t] ** 2).max()
    return norms
