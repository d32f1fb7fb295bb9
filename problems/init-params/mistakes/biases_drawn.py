# The biases use draws of their own.
import numpy as np


def init(sizes, sigma, normal_draws):
    I, n, V = sizes
    a, b = I * n, I * n + n * n
    W_xh = normal_draws[:a].reshape(I, n) * sigma
    W_hh = normal_draws[a:b].reshape(n, n) * sigma
    b_h = normal_draws[b : b + n] * sigma
    W_hq = normal_draws[b + n : b + n + n * V].reshape(n, V) * sigma
    b_q = normal_draws[b + n + n * V :][:V].reshape(V) * sigma
    return W_xh, W_hh, b_h, W_hq, b_q
