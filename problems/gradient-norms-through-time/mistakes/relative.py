# Divided by the length at the end.
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
        da = dh * (1 - hs[t] ** 2)
        dh = scale * w_h @ da
    return norms / norms[-1]
