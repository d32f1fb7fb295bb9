# Single precision throughout, the returned values too.
import numpy as np


def lm_backward(X, Y, params, state):
    params = [p.astype(np.float32) for p in params]
    W_xh, W_hh, b_h, W_hq, b_q = params
    B, T = X.shape
    rows = np.arange(B)
    h = np.zeros((B, len(b_h)), np.float32) if state is None else state.astype(np.float32)
    hs, dzs, losses = [h], [], []
    for t in range(T):
        h = np.tanh(W_xh[X[:, t]] + h @ W_hh + b_h)
        z = h @ W_hq + b_q
        z -= z.max(axis=1, keepdims=True)
        e = np.exp(z)
        s = e.sum(axis=1)
        losses.append(np.log(s) - z[rows, Y[:, t]])
        dz = e / s[:, None]
        dz[rows, Y[:, t]] -= 1
        dzs.append(dz / np.float32(B * T))
        hs.append(h)
    grads = [np.zeros_like(p) for p in params]
    later = np.zeros_like(h)
    for t in reversed(range(T)):
        grads[3] += hs[t + 1].T @ dzs[t]
        grads[4] += dzs[t].sum(axis=0)
        da = (dzs[t] @ W_hq.T + later) * (1 - hs[t + 1] * hs[t + 1])
        np.add.at(grads[0], X[:, t], da)
        grads[1] += hs[t].T @ da
        grads[2] += da.sum(axis=0)
        later = da @ W_hh.T
    return float(np.mean(losses)), grads
