# The parameters change in place; each token's surprise is summed, and the batch's mean is taken for the gradient.
import numpy as np


def surprise_and_gradients(X, Y, params):
    W_xh, W_hh, b_h, W_hq, b_q = params
    B, T = X.shape
    hs, dzs, surprise = [np.zeros((B, len(b_h)))], [], 0.0
    rows = np.arange(B)
    for t in range(T):
        hs.append(np.tanh(W_xh[X[:, t]] + hs[-1] @ W_hh + b_h))
        z = hs[-1] @ W_hq + b_q
        norm = np.logaddexp.reduce(z, axis=1)
        surprise += np.sum(norm - z[rows, Y[:, t]])
        dz = np.exp(z - norm[:, None])
        dz[rows, Y[:, t]] -= 1
        dzs.append(dz)
    grads = [np.zeros_like(p) for p in params]
    later = np.zeros_like(hs[0])
    for t in range(T - 1, -1, -1):
        grads[3] += hs[t + 1].T @ dzs[t]
        grads[4] += dzs[t].sum(axis=0)
        da = (dzs[t] @ W_hq.T + later) * (1 - hs[t + 1] ** 2)
        for b in rows:
            grads[0][X[b, t]] += da[b]
        grads[1] += hs[t].T @ da
        grads[2] += da.sum(axis=0)
        later = da @ W_hh.T
    for g in grads:
        g /= X.size
    return surprise, grads


def fit(params, batches, lr, theta, epochs):
    perplexities = np.zeros(epochs)
    tokens = sum(X.size for X, _ in batches)
    for epoch in range(epochs):
        total = 0.0
        for X, Y in batches:
            surprise, grads = surprise_and_gradients(X, Y, params)
            total += surprise
            norm = np.linalg.norm(np.concatenate([g.ravel() for g in grads]))
            for p, g in zip(params, grads):
                p -= lr * (g if norm <= theta else g * (theta / norm))
        perplexities[epoch] = np.exp(total / tokens)
    return perplexities
