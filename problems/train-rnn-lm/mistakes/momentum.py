import numpy as np

velocity = {}


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
        dlogits[tok[t + 1]] -= 1
        dw_out += np.outer(h, dlogits / n_steps)
    dw_out += 0.9 * velocity.get(w_out.shape, 0.0)
    velocity[w_out.shape] = dw_out
    return (w_out - lr * dw_out).ravel()
