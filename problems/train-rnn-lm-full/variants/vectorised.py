# Only the two recurrences are loops: all products that can wait are done for all steps at once.
import numpy as np


def train_step_full(tokens, w_emb, w_h, w_out, h0, lr):
    ids = np.asarray(tokens, dtype=int)
    inputs, targets = ids[:-1], ids[1:]
    n, d = len(inputs), w_emb.shape[1]
    w_x, w_r = w_h[:d], w_h[d:]

    x = w_emb[inputs]
    hs = np.empty((n + 1, len(h0)))
    hs[0] = h0
    driven = x @ w_x
    for t in range(n):
        hs[t + 1] = np.tanh(driven[t] + hs[t] @ w_r)
    z = hs[1:] @ w_out
    z -= z.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    loss = -log_p[np.arange(n), targets].mean()

    dz = np.exp(log_p)
    dz[np.arange(n), targets] -= 1
    dz /= n
    direct = dz @ w_out.T
    slope = 1 - hs[1:] ** 2
    da = np.zeros((n + 1, len(h0)))
    for t in range(n - 1, -1, -1):
        da[t] = (direct[t] + da[t + 1] @ w_r.T) * slope[t]
    da = da[:n]
    dw_h = np.vstack([x.T @ da, hs[:-1].T @ da])
    dw_emb = np.zeros_like(w_emb)
    np.add.at(dw_emb, inputs, da @ w_x.T)
    return loss, w_emb - lr * dw_emb, w_h - lr * dw_h, w_out - lr * hs[1:].T @ dz
