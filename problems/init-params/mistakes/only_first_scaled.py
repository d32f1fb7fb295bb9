# Only W_xh is scaled.
import numpy as np


def init(sizes, sigma, normal_draws):
    I, n, V = sizes
    a, b = I * n, I * n + n * n
    W_xh = normal_draws[:a].reshape(I, n) * sigma
    W_hh = normal_draws[a:b].reshape(n, n)
    W_hq = normal_draws[b : b + n * V].reshape(n, V)
    return W_xh, W_hh, np.zeros(n), W_hq, np.zeros(V)
