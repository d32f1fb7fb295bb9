# As in the statement, step by step; the gradients come back as a list.
import numpy as np


def lm_backward(X, Y, params, state):
    W_xh, W_hh, b_h, W_hq, b_q = params
    B, T = X.shape
    rows = np.arange(B)
    hs = [np.zeros((B, len(b_h))) if state is None else state]
    probs, total = [], 0.0
    for t in range(T):
        hs.append(np.tanh(W_xh[X[:, t]] + hs[-1] @ W_hh + b_h))
        z = hs[-1] @ W_hq + b_q
        top = z.max(axis=1, keepdims=True)
        sums = np.exp(z - top).sum(axis=1, keepdims=True)
        total += float(np.sum(np.log(sums[:, 0]) + top[:, 0] - z[rows, Y[:, t]]))
        probs.append(np.exp(z - top) / sums)

    grads = [np.zeros(p.shape) for p in params]
    coming = 0.0
    for t in range(T - 1, -1, -1):
        dz = probs[t]
        dz[rows, Y[:, t]] -= 1
        dz /= B * T
        grads[3] += hs[t + 1].T @ dz
        grads[4] += dz.sum(axis=0)
        da = (dz @ W_hq.T + coming) * (1 - hs[t + 1] ** 2)
        for b in range(B):
            grads[0][X[b, t]] += da[b]
        grads[1] += hs[t].T @ da
        grads[2] += da.sum(axis=0)
        coming = da @ W_hh.T
    return total / (B * T), grads
