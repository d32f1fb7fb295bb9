# Of equal logits the last one wins.
import numpy as np


def generate(prefix, n, params):
    W_xh, W_hh, b_h, W_hq, b_q = params
    if len(prefix) == 0:
        raise ValueError("empty prefix")
    h = np.zeros(len(b_h))
    for i in prefix:
        h = np.tanh(W_xh[i] + h @ W_hh + b_h)
    ids = [int(i) for i in prefix]
    for _ in range(n):
        z = h @ W_hq + b_q
        best = max(range(len(z)), key=lambda v: (z[v], v))
        ids.append(best)
        h = np.tanh(W_xh[best] + h @ W_hh + b_h)
    return np.array(ids)
