# The states of the lowest layer are returned as the output.
import numpy as np


def elman_stack(X, layers, h0):
    below, states, lowest = X, [], None
    for (W, U, b), h in zip(layers, h0):
        steps = []
        for t in range(X.shape[1]):
            h = np.tanh(below[:, t] @ W + h @ U + b)
            steps.append(h)
        below = np.stack(steps, axis=1)
        states.append(h)
        lowest = below if lowest is None else lowest
    return lowest, states
