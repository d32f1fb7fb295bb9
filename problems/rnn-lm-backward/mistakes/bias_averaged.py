# The gradient of b_h is averaged over the batch once more.
import numpy as np


def lm_backward(X, Y, params, state):
    W_xh, W_hh, b_h, W_hq, b_q = params
    B, T = X.shape
    first = np.zeros((B, len(b_h))) if state is None else state
    hiddens, dlogits, loss = [], [], 0.0
    h = first
    for t in range(T):
        h = np.tanh(W_xh[X[:, t]] + h @ W_hh + b_h)
        z = h @ W_hq + b_q
        z = z - z.max(axis=1, keepdims=True)
        log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
        loss -= log_p[np.arange(B), Y[:, t]].sum() / (B * T)
        dz = np.exp(log_p)
        dz[np.arange(B), Y[:, t]] -= 1
        hiddens.append(h)
        dlogits.append(dz / (B * T))

    dW_xh, dW_hh, db_h, dW_hq, db_q = (np.zeros_like(p) for p in params)
    dh_next = np.zeros_like(first)
    for t in reversed(range(T)):
        before = hiddens[t - 1] if t > 0 else first
        dW_hq += hiddens[t].T @ dlogits[t]
        db_q += dlogits[t].sum(axis=0)
        dh = dlogits[t] @ W_hq.T + dh_next
        da = dh * (1 - hiddens[t] ** 2)
        np.add.at(dW_xh, X[:, t], da)
        dW_hh += before.T @ da
        db_h += da.mean(axis=0)
        dh_next = da @ W_hh.T
    return loss, (dW_xh, dW_hh, db_h, dW_hq, db_q)
