# The product with W_hh is missing.
import numpy as np


def rnn_forward(X, W_xh, W_hh, b_h, state):
    H = np.tanh(X @ W_xh + b_h)
    return H, H[-1]
