import numpy as np


def softmax(z):
    e = np.exp(z - z.max())
    return e / e.sum()


def train_step(tokens, w_emb, w_h, w_out, h0, lr):
    tok = tokens.astype(int)
    n_steps = len(tok) - 1
    h = h0
    dw_out = np.zeros_like(w_out)
    for t in range(n_steps):
        h = np.tanh(np.concatenate([w_emb[tok[t]], h]) @ w_h)
        dlogits = softmax(h @ w_out)
        dw_out += np.outer(h, dlogits / n_steps)
    return (w_out - lr * dw_out).ravel()
