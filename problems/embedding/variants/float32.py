# All of it in single precision, each column summed by bincount.
import numpy as np


def embedding(ids, W, dout, padding_idx):
    if (ids < 0).any() or (ids >= len(W)).any():
        raise IndexError("no such row")
    W, dout = W.astype(np.float32), dout.astype(np.float32)
    flat = dout.reshape(-1, W.shape[1])
    columns = [np.bincount(ids.ravel(), weights=c, minlength=len(W)) for c in flat.T]
    dW = np.array(columns).T.astype(np.float32)
    if padding_idx is not None:
        dW[padding_idx] = 0
    return W[ids], dW
