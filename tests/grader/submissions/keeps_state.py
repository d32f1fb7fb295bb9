# verdict: wrong_answer
# diagnosis: state kept
# says: w_out is wrong
# Right on its first call of each shape: the embedding is remembered from then on.
import numpy as np

remembered = {}


def train_step(tokens, w_emb, w_h, w_out, h0, lr):
    ids = tokens.astype(int)
    emb = remembered.setdefault(w_emb.shape, w_emb.copy())
    grad, h, n = np.zeros_like(w_out), h0, len(ids) - 1
    for t in range(n):
        h = np.tanh(np.concatenate([emb[ids[t]], h]) @ w_h)
        z = h @ w_out
        p = np.exp(z - z.max())
        p /= p.sum()
        p[ids[t + 1]] -= 1
        grad += np.outer(h, p / n)
    return (w_out - lr * grad).ravel()
