# The gradients of each text by itself, added up.
import numpy as np


def of_one(x, y, params, h):
    W_xh, W_hh, b_h, W_hq, b_q = params
    hs, ds, surprise = [h], [], 0.0
    for i, j in zip(x, y):
        hs.append(np.tanh(W_xh[i] + hs[-1] @ W_hh + b_h))
        z = hs[-1] @ W_hq + b_q
        z = z - z.max()
        log_p = z - np.log(np.exp(z).sum())
        surprise -= log_p[j]
        ds.append(np.exp(log_p))
        ds[-1][j] -= 1
    grads = [np.zeros_like(p) for p in params]
    later = np.zeros_like(h)
    for t in range(len(x) - 1, -1, -1):
        grads[3] += np.outer(hs[t + 1], ds[t])
        grads[4] += ds[t]
        da = (W_hq @ ds[t] + later) * (1 - hs[t + 1] ** 2)
        grads[0][x[t]] += da
        grads[1] += np.outer(hs[t], da)
        grads[2] += da
        later = W_hh @ da
    return surprise, grads


def lm_backward(X, Y, params, state):
    loss, grads = 0.0, [np.zeros_like(p) for p in params]
    for b in range(len(X)):
        h = np.zeros(len(params[2])) if state is None else state[b]
        surprise, own = of_one(X[b], Y[b], params, h)
        loss += surprise / X.size
        grads = [g + o / X.size for g, o in zip(grads, own)]
    return loss, tuple(grads)
