# The new cell's gradient is returned for the old one's.
import numpy as np


def sigmoid(a):
    return (1 + np.tanh(a / 2)) / 2


def lstm_cell(x, h, c, W, U, b, dh_next, dc_next):
    a = x @ W + h @ U + b
    a_i, a_f, a_g, a_o = np.split(a, 4, axis=1)
    i, f, g, o = sigmoid(a_i), sigmoid(a_f), np.tanh(a_g), sigmoid(a_o)
    c_next = f * c + i * g
    s = np.tanh(c_next)
    h_next = o * s

    e = dc_next + dh_next * o * (1 - s**2)
    da_i = e * g * i * (1 - i)
    da_f = e * c * f * (1 - f)
    da_g = e * i * (1 - g**2)
    da_o = dh_next * s * o * (1 - o)
    da = np.hstack([da_i, da_f, da_g, da_o])
    dx, dh, dc = da @ W.T, da @ U.T, e
    dW, dU, db = x.T @ da, h.T @ da, da.sum(axis=0)
    return h_next, c_next, dx, dh, dc, dW, dU, db
