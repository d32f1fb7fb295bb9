# Only what is new comes back.
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
        best = int(np.argmax(h @ W_hq + b_q))
        ids.append(best)
        h = np.tanh(W_xh[best] + h @ W_hh + b_h)
    return np.array(ids[len(prefix):], dtype=int)
