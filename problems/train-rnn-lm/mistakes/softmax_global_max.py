import numpy as np


def train_step(tokens, w_emb, w_h, w_out, h0, lr):
    tok = tokens.astype(int)
    n_steps = len(tok) - 1
    h = h0
    hs = []
    for t in range(n_steps):
        h = np.tanh(np.concatenate([w_emb[tok[t]], h]) @ w_h)
        hs.append(h)
    hs = np.array(hs)
    logits = hs @ w_out
    e = np.exp(logits - logits.max())
    probs = e / e.sum(axis=1, keepdims=True)
    probs[np.arange(n_steps), tok[1:]] -= 1
    dw_out = hs.T @ (probs / n_steps)
    return (w_out - lr * dw_out).ravel()
