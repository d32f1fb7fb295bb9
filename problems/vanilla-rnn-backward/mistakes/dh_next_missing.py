# A step hears nothing from the step after it.
import numpy as np


def backward(inputs, targets, h_prev, Wxh, Whh, Why, bh, by):
    T = len(inputs)
    hs, ps = {-1: h_prev}, {}
    for t in range(T):
        hs[t] = np.tanh(Wxh[:, [inputs[t]]] + Whh @ hs[t - 1] + bh)
        y = Why @ hs[t] + by
        e = np.exp(y - y.max())
        ps[t] = e / e.sum()

    dWxh, dWhh, dWhy = np.zeros_like(Wxh), np.zeros_like(Whh), np.zeros_like(Why)
    dbh, dby = np.zeros_like(bh), np.zeros_like(by)
    dh_next = np.zeros_like(h_prev)
    for t in reversed(range(T)):
        dy = ps[t].copy()
        dy[targets[t]] -= 1
        dWhy += dy @ hs[t].T
        dby += dy
        dh = Why.T @ dy
        da = dh * (1 - hs[t] ** 2)
        dWxh[:, [inputs[t]]] += da
        dWhh += da @ hs[t - 1].T
        dbh += da
        dh_next = Whh.T @ da

    return tuple(np.clip(d, -5, 5) for d in (dWxh, dWhh, dWhy, dbh, dby))
