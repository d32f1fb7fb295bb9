# Negative ids count from the end.
import numpy as np


def elman_lm_forward(ids, params):
    W_emb, layers, W_out, b_out = params
    if ids.max() >= len(W_emb):
        raise IndexError("an id is outside of the vocabulary")
    below = W_emb[ids]
    for W, U, b in layers:
        h = np.zeros((ids.shape[0], len(b)))
        steps = []
        for t in range(ids.shape[1]):
            h = np.tanh(below[:, t] @ W + h @ U + b)
            steps.append(h)
        below = np.stack(steps, axis=1)
    return below @ W_out + b_out
