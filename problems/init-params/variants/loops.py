# One draw after another.
import numpy as np


def init(sizes, sigma, normal_draws):
    I, n, V = sizes
    draws = iter(normal_draws)

    def matrix(rows, columns):
        return np.array([[sigma * next(draws) for _ in range(columns)] for _ in range(rows)])

    W_xh = matrix(I, n)
    W_hh = matrix(n, n)
    W_hq = matrix(n, V)
    return W_xh, W_hh, [0.0] * n, W_hq, [0.0] * V
