# All in float32.
import numpy as np


def gradient_norms(a, w_h, scale, dh_last):
    a, w_h, dh_last = (v.astype(np.float32) for v in (a, w_h, dh_last))
    T, n = a.shape
    hs = []
    h = np.zeros(n, dtype=np.float32)
    for t in range(T):
        h = np.tanh(a[t] + scale * h @ w_h)
        hs.append(h)
    norms = np.zeros(T, dtype=np.float32)
    dh = dh_last
    for t in reversed(range(T)):
        norms[t] = np.sqrt((dh**2).sum())
        da = dh * (1 - hs[t] ** 2)
        dh = scale * w_h @ da
    return norms
