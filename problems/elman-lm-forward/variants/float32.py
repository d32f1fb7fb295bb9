# All of it in single precision.
import numpy as np


def elman_lm_forward(ids, params):
    W_emb, layers, W_out, b_out = params
    if (ids < 0).any() or (ids >= len(W_emb)).any():
        raise IndexError("unknown id")
    H = W_emb.astype(np.float32)[ids]
    for layer in layers:
        W, U, b = (p.astype(np.float32) for p in layer)
        h = np.zeros((len(ids), len(b)), dtype=np.float32)
        above = np.zeros((*ids.shape, len(b)), dtype=np.float32)
        for t in range(ids.shape[1]):
            above[:, t] = h = np.tanh(b + H[:, t] @ W + h @ U)
        H = above
    return H @ W_out.astype(np.float32) + b_out.astype(np.float32)
