# Stacks along the second axis.
import numpy as np


def rnn_forward(X, W_xh, W_hh, b_h, state):
    h = np.zeros((X.shape[1], len(b_h))) if state is None else state
    H = []
    for x in X:
        h = np.tanh(x @ W_xh + h @ W_hh + b_h)
        H.append(h)
    return np.stack(H, axis=1), h
