# The loop walks over the sequences and not over the steps.
import numpy as np


def elman_stack(X, layers, h0):
    below, states = X, []
    for (W, U, b), start in zip(layers, h0):
        h = start[0]
        rows = []
        for sequence in below:
            h = np.tanh(sequence @ W + h @ U + b)
            rows.append(h)
            h = h[-1]
        below = np.stack(rows)
        states.append(below[:, -1])
    return below, states
