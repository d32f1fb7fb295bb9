# One-hot rows and a batch of one text; the choice is made by softmax, and returned as a list.
import numpy as np


def step(i, h, params):
    W_xh, W_hh, b_h, W_hq, b_q = params
    x = np.zeros((1, len(b_q)))
    x[0, i] = 1
    h = np.tanh(x @ W_xh + h @ W_hh + b_h)
    z = h @ W_hq + b_q
    e = np.exp(z - z.max())
    return h, e / e.sum()


def generate(prefix, n, params):
    waiting = [int(i) for i in prefix]
    if not waiting:
        raise ValueError("the prefix holds no id")
    h, ids = np.zeros((1, len(params[2]))), []
    while len(ids) < len(prefix) + n:
        i = waiting.pop(0) if waiting else int(p[0].argmax())
        ids.append(i)
        h, p = step(i, h, params)
    return ids
