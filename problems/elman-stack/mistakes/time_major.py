# The output has time as its first axis.
import numpy as np


def elman_stack(X, layers, h0):
    below, states = X, []
    for (W, U, b), h in zip(layers, h0):
        steps = []
        for t in range(X.shape[1]):
            h = np.tanh(below[:, t] @ W + h @ U + b)
            steps.append(h)
        below = np.stack(steps, axis=1)
        states.append(h)
    return below.transpose(1, 0, 2), states
