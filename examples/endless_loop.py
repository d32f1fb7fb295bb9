import numpy as np


def train_step(tokens, w_emb, w_h, w_out, h0, lr):
    ids = tokens.astype(int)
    t, h = 0, h0
    while t < len(ids) - 1:  # t never grows
        h = np.tanh(np.concatenate([w_emb[ids[t]], h]) @ w_h)
    return (w_out - lr * np.outer(h, h @ w_out)).flatten()
