# W_hq takes its draws before W_hh.
import numpy as np


def init(sizes, sigma, normal_draws):
    I, n, V = sizes
    a = I * n
    W_xh = normal_draws[:a].reshape(I, n) * sigma
    W_hh = normal_draws[a + n * V :][: n * n].reshape(n, n) * sigma
    W_hq = normal_draws[a : a + n * V].reshape(n, V) * sigma
    return W_xh, W_hh, np.zeros(n), W_hq, np.zeros(V)
