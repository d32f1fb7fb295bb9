# One place at a time.
import numpy as np


def embedding(ids, W, dout, padding_idx):
    out, dW = np.zeros(dout.shape), np.zeros(W.shape)
    for b in range(ids.shape[0]):
        for t in range(ids.shape[1]):
            v = int(ids[b, t])
            if v < 0:
                raise ValueError("negative id")
            out[b, t] = W[v]
            if v != padding_idx:
                dW[v] += dout[b, t]
    return out, dW
