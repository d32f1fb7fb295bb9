# Both gates at once, and W and U as the blocks of one matrix with four column blocks.
import numpy as np


def gru_cell(x, h, W, U, b_x, b_h, dh_next):
    B, d = x.shape
    n = h.shape[1]
    both = np.concatenate([x, h, np.ones((B, 1))], axis=1)
    weights = np.zeros((d + n + 1, 4 * n))  # the gates, the input's candidate, the state's candidate
    weights[:d, : 3 * n] = W
    weights[d:-1, : 2 * n] = U[:, : 2 * n]
    weights[d:-1, 3 * n :] = U[:, 2 * n :]
    weights[-1, : 2 * n] = b_x[: 2 * n] + b_h[: 2 * n]
    weights[-1, 2 * n :] = np.concatenate([b_x[2 * n :], b_h[2 * n :]])
    a = both @ weights
    r, z = np.split(0.5 * (np.tanh(0.5 * a[:, : 2 * n]) + 1), 2, axis=1)
    given, past = a[:, 2 * n : 3 * n], a[:, 3 * n :]
    m = np.tanh(given + r * past)
    up = dh_next * (1 - z) * (1 - m) * (1 + m)
    da = np.concatenate([up * past * r * (1 - r), dh_next * (h - m) * z * (1 - z), up, up * r], axis=1)
    dboth, dweights = da @ weights.T, both.T @ da
    own = np.r_[0 : 2 * n, 3 * n : 4 * n]
    return (
        m - z * m + z * h,
        dboth[:, :d],
        dboth[:, d:-1] + dh_next * z,
        dweights[:d, : 3 * n],
        dweights[d:-1, own],
        dweights[-1, : 3 * n],
        dweights[-1, own],
    )
