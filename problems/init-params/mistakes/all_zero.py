# All weights are zero.
import numpy as np


def init(sizes, sigma, normal_draws):
    I, n, V = sizes
    return np.zeros((I, n)), np.zeros((n, n)), np.zeros(n), np.zeros((n, V)), np.zeros(V)
