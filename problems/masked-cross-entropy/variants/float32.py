# All of it in single precision.
import numpy as np


def masked_cross_entropy(logits, y, ignore_index):
    z = logits.astype(np.float32)
    kept = np.where(y != ignore_index)[0]
    dz = np.zeros_like(z)
    if kept.size == 0:
        return 0.0, dz
    t = y[kept]
    z = z[kept] - z[kept].max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    g = np.exp(log_p)
    g[np.arange(len(t)), t] -= 1
    dz[kept] = g / np.float32(len(t))
    return float(-log_p[np.arange(len(t)), t].mean()), dz
