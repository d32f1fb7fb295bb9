# Step by step, all layers of a step before the next step.
import numpy as np


def elman_stack(X, layers, h0):
    now = list(h0)
    out = []
    for t in range(X.shape[1]):
        x = X[:, t]
        for l, (W, U, b) in enumerate(layers):
            now[l] = x = np.tanh(x @ W + now[l] @ U + b)
        out.append(x)
    return np.array(out).transpose(1, 0, 2), now
