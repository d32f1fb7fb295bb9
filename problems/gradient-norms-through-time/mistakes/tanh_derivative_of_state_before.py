# tanh's derivative is taken at the state before.
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
        da = dh * (1 - (hs[t - 1] if t > 0 else 0 * h) ** 2)
        dh = scale * w_h @ da
    return norms
