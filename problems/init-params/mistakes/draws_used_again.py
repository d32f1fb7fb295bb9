# Each matrix begins with the first draw.
import numpy as np


def init(sizes, sigma, normal_draws):
    I, n, V = sizes
    W_xh = normal_draws[: I * n].reshape(I, n) * sigma
    W_hh = normal_draws[: n * n].reshape(n, n) * sigma
    W_hq = normal_draws[: n * V].reshape(n, V) * sigma
    return W_xh, W_hh, np.zeros(n), W_hq, np.zeros(V)
