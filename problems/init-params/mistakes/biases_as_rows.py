# Biases as matrices of one row.
import numpy as np


def init(sizes, sigma, normal_draws):
    I, n, V = sizes
    a, b = I * n, I * n + n * n
    W_xh = normal_draws[:a].reshape(I, n) * sigma
    W_hh = normal_draws[a:b].reshape(n, n) * sigma
    W_hq = normal_draws[b : b + n * V].reshape(n, V) * sigma
    return W_xh, W_hh, np.zeros((1, n)), W_hq, np.zeros((1, V))
