import numpy as np


def train_step(tokens, w_emb, w_h, w_out, h0, lr):
    tok = tokens.astype(int)
    n_steps = len(tok) - 1
    h = h0
    for t in range(n_steps):
        h = np.tanh(np.concatenate([w_emb[tok[t]], h]) @ w_h)
        logits = h @ w_out
        e = np.exp(logits - logits.max())
        dlogits = e / e.sum()
        dlogits[tok[t + 1]] -= 1
        w_out -= lr * np.outer(h, dlogits / n_steps)
    return w_out.ravel()
