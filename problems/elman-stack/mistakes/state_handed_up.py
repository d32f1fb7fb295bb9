# A layer starts from the last state of the layer below.
import numpy as np


def elman_stack(X, layers, h0):
    below, states = X, []
    h = h0[0]
    for W, U, b in layers:
        steps = []
        for t in range(X.shape[1]):
            h = np.tanh(below[:, t] @ W + h @ U + b)
            steps.append(h)
        below = np.stack(steps, axis=1)
        states.append(h)
    return below, states
