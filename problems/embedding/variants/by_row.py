# np.take forward; back, one row of the table at a time.
import numpy as np


def embedding(ids, W, dout, padding_idx):
    if not np.all((ids >= 0) & (ids < W.shape[0])):
        raise ValueError("ids must be rows of the table")
    rows = [
        np.zeros(W.shape[1]) if v == padding_idx else dout[ids == v].sum(axis=0)
        for v in range(W.shape[0])
    ]
    return np.take(W, ids, axis=0), np.stack(rows)
