# Weights transposed into columns, the gradient of the summed loss, and the mean at the very end.
import numpy as np


def train_step(tokens, w_emb, w_h, w_out, h0, lr):
    tok = [int(i) for i in tokens]
    recurrent, out = w_h.T, w_out.T
    h = h0
    total = np.zeros(out.shape)
    for here, there in zip(tok, tok[1:]):
        h = np.tanh(recurrent @ np.hstack((w_emb[here], h)))
        z = out @ h
        p = np.exp(z - z.max())
        p /= p.sum()
        p[there] -= 1
        total += p[:, None] * h
    total /= len(tok) - 1
    return (out - lr * total).T.flatten()
