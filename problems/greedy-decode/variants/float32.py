# Single precision throughout.
import numpy as np


def generate(prefix, n, params):
    if prefix.size == 0:
        raise ValueError("empty prefix")
    W_xh, W_hh, b_h, W_hq, b_q = (p.astype(np.float32) for p in params)
    h = np.zeros(len(b_h), np.float32)
    ids = np.concatenate([prefix, np.zeros(n, prefix.dtype)])
    for t in range(len(ids)):
        if t >= len(prefix):
            ids[t] = np.argmax(h @ W_hq + b_q)
        h = np.tanh(W_xh[ids[t]] + h @ W_hh + b_h)
    return ids
