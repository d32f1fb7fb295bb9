# The gradients in single precision, the parameters in double.
import numpy as np


def losses_and_gradients(X, Y, params):
    W_xh, W_hh, b_h, W_hq, b_q = (p.astype(np.float32) for p in params)
    rows, T = np.arange(len(X)), X.shape[1]
    hs, dzs, losses = [np.zeros((len(X), len(b_h)), np.float32)], [], []
    for t in range(T):
        hs.append(np.tanh(W_xh[X[:, t]] + hs[-1] @ W_hh + b_h))
        z = hs[-1] @ W_hq + b_q
        z -= z.max(axis=1, keepdims=True)
        e = np.exp(z)
        s = e.sum(axis=1)
        losses.append(np.log(s) - z[rows, Y[:, t]])
        dz = e / s[:, None]
        dz[rows, Y[:, t]] -= 1
        dzs.append(dz / np.float32(X.size))
    grads = [np.zeros(p.shape, np.float32) for p in params]
    later = np.zeros_like(hs[0])
    for t in reversed(range(T)):
        grads[3] += hs[t + 1].T @ dzs[t]
        grads[4] += dzs[t].sum(axis=0)
        da = (dzs[t] @ W_hq.T + later) * (1 - hs[t + 1] ** 2)
        np.add.at(grads[0], X[:, t], da)
        grads[1] += hs[t].T @ da
        grads[2] += da.sum(axis=0)
        later = da @ W_hh.T
    return losses, grads


def fit(params, batches, lr, theta, epochs):
    perplexities = []
    for _ in range(epochs):
        losses = []
        for X, Y in batches:
            own, grads = losses_and_gradients(X, Y, params)
            losses += [float(x) for row in own for x in row]
            norm = float(np.sqrt(sum((g * g).sum() for g in grads)))
            factor = lr if norm <= theta else lr * theta / norm
            params = [p - factor * g for p, g in zip(params, grads)]
        perplexities.append(float(np.exp(np.mean(losses))))
    return perplexities
