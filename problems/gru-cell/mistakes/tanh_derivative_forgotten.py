# The derivative of the candidate's tanh is left out.
import numpy as np


def sigmoid(a):
    return (1 + np.tanh(a / 2)) / 2


def gru_cell(x, h, W, U, b_x, b_h, dh_next):
    x_r, x_z, x_m = np.split(x @ W + b_x, 3, axis=1)
    s_r, s_z, s_m = np.split(h @ U + b_h, 3, axis=1)
    r, z = sigmoid(x_r + s_r), sigmoid(x_z + s_z)
    m = np.tanh(x_m + r * s_m)
    h_next = (1 - z) * m + z * h

    da_z = dh_next * (h - m) * z * (1 - z)
    da_m = dh_next * (1 - z)
    da_r = da_m * s_m * r * (1 - r)
    da_x = np.hstack([da_r, da_z, da_m])
    da_h = np.hstack([da_r, da_z, da_m * r])
    dx, dh = da_x @ W.T, dh_next * z + da_h @ U.T
    dW, dU = x.T @ da_x, h.T @ da_h
    return h_next, dx, dh, dW, dU, da_x.sum(axis=0), da_h.sum(axis=0)
