# A layer reads the state of the step before from the layer below.
import numpy as np


def elman_stack(X, layers, h0):
    below, states = X, []
    for (W, U, b), h in zip(layers, h0):
        steps = []
        for t in range(X.shape[1]):
            x = X[:, t] if below is X else below[:, max(t - 1, 0)]
            h = np.tanh(x @ W + h @ U + b)
            steps.append(h)
        below = np.stack(steps, axis=1)
        states.append(h)
    return below, states
