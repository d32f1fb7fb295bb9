# In float32.
import numpy as np


def init(sizes, sigma, normal_draws):
    I, n, V = sizes
    weights = normal_draws.astype(np.float32) * np.float32(sigma)
    a, b, c = np.cumsum([I * n, n * n, n * V])
    zeros = np.zeros(n + V, np.float32)
    return weights[:a].reshape(I, n), weights[a:b].reshape(n, n), zeros[:n], weights[b:c].reshape(n, V), zeros[n:]
