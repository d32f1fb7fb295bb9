# The reset gate acts on the state before it is multiplied.
import numpy as np


def sigmoid(a):
    return (1 + np.tanh(a / 2)) / 2


def gru_cell(x, h, W, U, b_x, b_h, dh_next):
    x_r, x_z, x_m = np.split(x @ W + b_x, 3, axis=1)
    s_r, s_z, s_m = np.split(h @ U + b_h, 3, axis=1)
    r, z = sigmoid(x_r + s_r), sigmoid(x_z + s_z)
    n = h.shape[1]
    m = np.tanh(x_m + (r * h) @ U[:, 2 * n :] + b_h[2 * n :])
    h_next = (1 - z) * m + z * h

    da_z = dh_next * (h - m) * z * (1 - z)
    da_m = dh_next * (1 - z) * (1 - m**2)
    dreset = da_m @ U[:, 2 * n :].T
    da_r = dreset * h * r * (1 - r)
    da_x = np.hstack([da_r, da_z, da_m])
    da_h = np.hstack([da_r, da_z, da_m])
    dx = da_x @ W.T
    dh = dh_next * z + da_h[:, : 2 * n] @ U[:, : 2 * n].T + dreset * r
    dW, dU = x.T @ da_x, h.T @ da_h
    dU[:, 2 * n :] = (r * h).T @ da_m
    return h_next, dx, dh, dW, dU, da_x.sum(axis=0), da_h.sum(axis=0)
