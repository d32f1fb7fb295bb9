# The gradients of the summed loss; the mean comes in at the very end, with the learning rate.
import numpy as np


def train_step_full(tokens, w_emb, w_h, w_out, h0, lr):
    tok = [int(i) for i in tokens]
    pairs = list(zip(tok[:-1], tok[1:]))
    d_emb = w_emb.shape[1]
    total, tape, h = 0.0, [], h0
    for here, there in pairs:
        c = np.hstack((w_emb[here], h))
        h = np.tanh(w_h.T @ c)
        z = w_out.T @ h
        m = z.max()
        s = np.exp(z - m).sum()
        total += np.log(s) - (z[there] - m)
        p = np.exp(z - m) / s
        p[there] -= 1
        tape.append((here, c, h, p))

    grads = np.zeros(w_emb.shape), np.zeros(w_h.shape), np.zeros(w_out.shape)
    from_later = np.zeros(len(h0))
    while tape:
        here, c, h, p = tape.pop()
        da = (w_out @ p + from_later) * (1 - h**2)
        dc = w_h @ da
        from_later = dc[d_emb:]
        grads[0][here] += dc[:d_emb]
        grads[1][...] += c[:, None] * da
        grads[2][...] += h[:, None] * p
    rate = lr / len(pairs)
    return (total / len(pairs), *(w - rate * g for w, g in zip((w_emb, w_h, w_out), grads)))
