# The squashing functions by their exponentials, each block with its own slice of the weights.
import numpy as np


def gru_cell(x, h, W, U, b_x, b_h, dh_next):
    n = h.shape[1]
    R, Z, M = (slice(k * n, (k + 1) * n) for k in range(3))
    r = 1 / (1 + np.exp(-(x @ W[:, R] + h @ U[:, R] + b_x[R] + b_h[R])))
    z = 1 / (1 + np.exp(-(x @ W[:, Z] + h @ U[:, Z] + b_x[Z] + b_h[Z])))
    past = h @ U[:, M] + b_h[M]
    m = 2 / (1 + np.exp(-2 * (x @ W[:, M] + b_x[M] + r * past))) - 1
    to_m = dh_next * (1 - z) * (1 - m * m)
    to_r, to_z = to_m * past * r * (1 - r), dh_next * (h - m) * z * (1 - z)
    dx, dh = np.zeros_like(x), dh_next * z
    dW, dU, db_x, db_h = (np.empty_like(p) for p in (W, U, b_x, b_h))
    for block, on_x, on_h in ((R, to_r, to_r), (Z, to_z, to_z), (M, to_m, to_m * r)):
        dx += on_x @ W[:, block].T
        dh += on_h @ U[:, block].T
        dW[:, block], dU[:, block] = x.T @ on_x, h.T @ on_h
        db_x[block], db_h[block] = on_x.sum(axis=0), on_h.sum(axis=0)
    return (1 - z) * m + z * h, dx, dh, dW, dU, db_x, db_h
