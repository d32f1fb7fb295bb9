# All of it in single precision.
import numpy as np


def elman_stack(X, layers, h0):
    below, states = X.astype(np.float32), []
    for (W, U, b), h in zip(layers, h0):
        W, U, b, h = (a.astype(np.float32) for a in (W, U, b, h))
        above = np.empty((*below.shape[:2], len(b)), dtype=np.float32)
        for t in range(below.shape[1]):
            above[:, t] = h = np.tanh(b + h @ U + below[:, t] @ W)
        below = above
        states.append(h)
    return below, states
