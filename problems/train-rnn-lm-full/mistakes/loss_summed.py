import numpy as np


def train_step_full(tokens, w_emb, w_h, w_out, h0, lr):
    tok = tokens.astype(int)
    n_steps = len(tok) - 1
    d_emb = w_emb.shape[1]
    concats, hs, probs = [], [], []
    loss = 0.0
    h = h0
    for t in range(n_steps):
        concat = np.concatenate([w_emb[tok[t]], h])
        h = np.tanh(concat @ w_h)
        logits = h @ w_out
        shifted = logits - logits.max()
        log_probs = shifted - np.log(np.exp(shifted).sum())
        loss -= log_probs[tok[t + 1]]
        concats.append(concat)
        hs.append(h)
        probs.append(np.exp(log_probs))

    dw_emb, dw_h, dw_out = np.zeros_like(w_emb), np.zeros_like(w_h), np.zeros_like(w_out)
    dh_next = np.zeros_like(h0)
    for t in reversed(range(n_steps)):
        dlogits = probs[t].copy()
        dlogits[tok[t + 1]] -= 1
        dlogits /= n_steps
        dw_out += np.outer(hs[t], dlogits)
        dh = w_out @ dlogits + dh_next
        da = dh * (1 - hs[t] ** 2)
        dw_h += np.outer(concats[t], da)
        dconcat = w_h @ da
        dw_emb[tok[t]] += dconcat[:d_emb]
        dh_next = dconcat[d_emb:]

    return loss, w_emb - lr * dw_emb, w_h - lr * dw_h, w_out - lr * dw_out
