# Each row has a weight, 1 / K or 0, and the one-hot rows are a comparison.
import numpy as np


def masked_cross_entropy(logits, y, ignore_index):
    mask = (y != ignore_index).astype(float)
    w = (mask / max(mask.sum(), 1.0))[:, None]
    onehot = np.arange(logits.shape[1]) == y[:, None]
    top = np.max(logits, axis=1, keepdims=True)
    e = np.exp(logits - top)
    s = np.sum(e, axis=1, keepdims=True)
    surprise = np.log(s) + top - np.sum(np.where(onehot, logits, 0.0), axis=1, keepdims=True)
    return float(np.sum(w * surprise)), w * (e / s - onehot)
