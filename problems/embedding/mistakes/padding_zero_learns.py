# padding_idx 0 is taken for none, because 0 is false.
import numpy as np


def embedding(ids, W, dout, padding_idx):
    if ids.min() < 0 or ids.max() >= len(W):
        raise IndexError("an id is outside of the table")
    out = W[ids]
    dW = np.zeros_like(W)
    np.add.at(dW, ids, dout)
    if padding_idx:
        dW[padding_idx] = 0
    return out, dW
