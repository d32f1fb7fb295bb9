# The gradient in float32: less exact, and still exact enough.
import numpy as np


def train_step(tokens, w_emb, w_h, w_out, h0, lr):
    ids = tokens.astype(int)
    emb, wh, wo, h = (a.astype(np.float32) for a in (w_emb, w_h, w_out, h0))
    grad = np.zeros_like(wo)
    n = len(ids) - 1
    for t in range(n):
        h = np.tanh(np.concatenate([emb[ids[t]], h]) @ wh)
        z = h @ wo
        p = np.exp(z - z.max())
        p /= p.sum()
        p[ids[t + 1]] -= 1
        grad += np.outer(h, p) / np.float32(n)
    return (w_out - lr * grad.astype(np.float64)).ravel()
