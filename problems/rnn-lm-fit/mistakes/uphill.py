# Adds the step.
import numpy as np


def lm_backward(X, Y, params, state):
    W_xh, W_hh, b_h, W_hq, b_q = params
    B, T = X.shape
    hiddens, dlogits, loss = [state], [], 0.0
    for t in range(T):
        hiddens.append(np.tanh(W_xh[X[:, t]] + hiddens[-1] @ W_hh + b_h))
        z = hiddens[-1] @ W_hq + b_q
        z = z - z.max(axis=1, keepdims=True)
        log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
        loss -= log_p[np.arange(B), Y[:, t]].sum() / (B * T)
        dz = np.exp(log_p)
        dz[np.arange(B), Y[:, t]] -= 1
        dlogits.append(dz / (B * T))
    grads = [np.zeros_like(p) for p in params]
    dh_next = 0.0
    for t in reversed(range(T)):
        grads[3] += hiddens[t + 1].T @ dlogits[t]
        grads[4] += dlogits[t].sum(axis=0)
        da = (dlogits[t] @ W_hq.T + dh_next) * (1 - hiddens[t + 1] ** 2)
        np.add.at(grads[0], X[:, t], da)
        grads[1] += hiddens[t].T @ da
        grads[2] += da.sum(axis=0)
        dh_next = da @ W_hh.T
    return loss, grads, hiddens[-1]


def clip(grads, theta):
    norm = np.sqrt(sum((g**2).sum() for g in grads))
    if norm > theta:
        grads = [g * theta / norm for g in grads]
    return grads


def fit(params, batches, lr, theta, epochs):
    perplexities = []
    for _ in range(epochs):
        total, count = 0.0, 0
        for X, Y in batches:
            state = np.zeros((len(X), len(params[2])))
            loss, grads, _ = lm_backward(X, Y, params, state)
            total += loss * Y.size
            count += Y.size
            params = [p + lr * g for p, g in zip(params, clip(grads, theta))]
        perplexities.append(np.exp(total / count))
    return perplexities
