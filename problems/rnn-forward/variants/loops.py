# Every product written out as a sum.
import math

import numpy as np


def rnn_forward(X, W_xh, W_hh, b_h, state):
    X, W, U, b = X.tolist(), W_xh.tolist(), W_hh.tolist(), b_h.tolist()
    n = len(b)
    h = [[0.0] * n for _ in X[0]] if state is None else state.tolist()
    H = []
    for step in X:
        h = [
            [
                math.tanh(
                    math.fsum(x[i] * W[i][j] for i in range(len(x)))
                    + math.fsum(old[i] * U[i][j] for i in range(n))
                    + b[j]
                )
                for j in range(n)
            ]
            for x, old in zip(step, h)
        ]
        H.append(h)
    return np.array(H), np.array(h)
