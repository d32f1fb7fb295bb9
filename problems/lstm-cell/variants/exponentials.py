# The squashing functions by their exponentials, each block with its own slice of the weights.
import numpy as np


def lstm_cell(x, h, c, W, U, b, dh_next, dc_next):
    n = h.shape[1]
    blocks = [slice(k * n, (k + 1) * n) for k in range(4)]
    pre = [x @ W[:, k] + h @ U[:, k] + b[k] for k in blocks]
    i, f, o = (1 / (1 + np.exp(-pre[k])) for k in (0, 1, 3))
    g = 2 / (1 + np.exp(-2 * pre[2])) - 1
    c_next = f * c + i * g
    s = np.tanh(c_next)
    e = dh_next * o / np.cosh(c_next) ** 2 + dc_next
    back = [e * g * i * (1 - i), e * c * f * (1 - f), e * i * (1 - g * g), dh_next * s * o * (1 - o)]
    dx, dh = np.zeros_like(x), np.zeros_like(h)
    dW, dU, db = np.empty_like(W), np.empty_like(U), np.empty_like(b)
    for k, da in zip(blocks, back):
        dx += da @ W[:, k].T
        dh += da @ U[:, k].T
        dW[:, k] = x.T @ da
        dU[:, k] = h.T @ da
        db[k] = da.sum(axis=0)
    return o * s, c_next, dx, dh, e * f, dW, dU, db
