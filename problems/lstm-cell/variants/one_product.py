# Input and state end to end, and W on top of U: one product there, one back. Gates as an extra axis.
import numpy as np


def lstm_cell(x, h, c, W, U, b, dh_next, dc_next):
    B, n = h.shape
    d = x.shape[1]
    both, weights = np.concatenate([x, h], axis=1), np.concatenate([W, U])
    a = (both @ weights + b).reshape(B, 4, n)
    gates = 0.5 * (np.tanh(0.5 * a) + 1)
    i, f, o = gates[:, 0], gates[:, 1], gates[:, 3]
    g = np.tanh(a[:, 2])
    cell = f * c + i * g
    shown = np.tanh(cell)
    e = dc_next + dh_next * o * (1 - shown) * (1 + shown)
    da = gates * (1 - gates)
    da[:, 0] *= e * g
    da[:, 1] *= e * c
    da[:, 2] = e * i * (1 - g) * (1 + g)
    da[:, 3] *= dh_next * shown
    da = da.reshape(B, 4 * n)
    dboth, dweights = da @ weights.T, np.einsum("bk,bq->kq", both, da)
    return o * shown, cell, dboth[:, :d], dboth[:, d:], e * f, dweights[:d], dweights[d:], np.ones(B) @ da
