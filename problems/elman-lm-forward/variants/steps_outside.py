# One token of every sequence at a time, through all layers and out.
import numpy as np


def elman_lm_forward(ids, params):
    table, layers, W_out, b_out = params
    B, T = ids.shape
    V = table.shape[0]
    if np.any(ids < 0) or np.any(ids >= V):
        raise ValueError("ids must be tokens of the vocabulary")
    states = [np.zeros((B, U.shape[0])) for _, U, _ in layers]
    logits = np.zeros((B, T, V))
    for t in range(T):
        x = np.take(table, ids[:, t], axis=0)
        for l, (W, U, b) in enumerate(layers):
            x = states[l] = np.tanh(np.dot(x, W) + np.dot(states[l], U) + b)
        logits[:, t] = np.dot(x, W_out) + b_out
    return logits
