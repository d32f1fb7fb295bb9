# Everything but the recurrence at once, embeddings multiplied ahead of it.
import numpy as np


def train_step(tokens, w_emb, w_h, w_out, h0, lr):
    ids = np.asarray(tokens, dtype=int)
    d = w_emb.shape[1]
    inputs = w_emb[ids[:-1]] @ w_h[:d]
    hs = np.empty((len(ids) - 1, len(h0)))
    h = h0
    for t in range(len(hs)):
        h = hs[t] = np.tanh(inputs[t] + h @ w_h[d:])
    z = hs @ w_out
    z -= z.max(1, keepdims=True)
    p = np.exp(z)
    p /= p.sum(1, keepdims=True)
    p[np.arange(len(hs)), ids[1:]] -= 1
    return (w_out - lr * hs.T @ p / len(hs)).reshape(-1)
