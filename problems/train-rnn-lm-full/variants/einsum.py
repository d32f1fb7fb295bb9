# One-hot matrices and einsum: looking up a row, and adding to it, are products too.
import numpy as np


def train_step_full(tokens, w_emb, w_h, w_out, h0, lr):
    onehot = np.eye(len(w_emb))[tokens.astype(np.int32)]
    x = np.einsum("tv,ve->te", onehot[:-1], w_emb)
    n, d = x.shape
    before, after = [], []
    h = h0
    for row in x:
        before.append(h)
        h = np.tanh(np.einsum("i,ij->j", np.hstack([row, h]), w_h))
        after.append(h)
    before, after = np.array(before), np.array(after)
    concats = np.hstack([x, before])
    z = np.einsum("th,hv->tv", after, w_out)
    z = z - z.max(axis=-1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=-1, keepdims=True))
    loss = -np.einsum("tv,tv->", onehot[1:], log_p) / n

    dz = (np.exp(log_p) - onehot[1:]) / n
    da = np.zeros_like(after)
    coming = np.zeros_like(h0)
    for t in range(n)[::-1]:
        da[t] = (np.einsum("v,hv->h", dz[t], w_out) + coming) * (1 + after[t]) * (1 - after[t])
        coming = np.einsum("j,ij->i", da[t], w_h[d:])
    dw_emb = np.einsum("tv,tj,ej->ve", onehot[:-1], da, w_h[:d])
    dw_h = np.einsum("ti,tj->ij", concats, da)
    dw_out = np.einsum("th,tv->hv", after, dz)
    return loss, w_emb - lr * dw_emb, w_h - lr * dw_h, w_out - lr * dw_out
