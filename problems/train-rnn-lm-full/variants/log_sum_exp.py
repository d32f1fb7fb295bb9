# Probabilities and loss by np.logaddexp.reduce; the rows of w_emb are summed one vocabulary entry at a time.
import numpy as np


def train_step_full(tokens, w_emb, w_h, w_out, h0, lr):
    ids = tokens.astype(np.int64)
    n, d = len(ids) - 1, w_emb.shape[1]
    concats, hs = [], [h0]
    for i in ids[:-1]:
        concats.append(np.append(w_emb[i], hs[-1]))
        hs.append(np.tanh(np.dot(concats[-1], w_h)))
    hs = np.array(hs[1:])
    logits = hs.dot(w_out)
    norm = np.logaddexp.reduce(logits, axis=1)
    loss = np.mean(norm - logits[range(n), ids[1:]])

    dlogits = np.exp(logits - norm[:, None])
    dlogits[range(n), ids[1:]] -= 1.0
    dlogits /= n
    dhs = dlogits.dot(w_out.T)
    das = []
    for dh, h in zip(dhs[::-1], hs[::-1]):
        if das:
            dh = dh + w_h[d:].dot(das[-1])
        das.append(dh - dh * h * h)
    das = np.array(das[::-1])
    dx = das.dot(w_h[:d].T)
    dw_emb = np.array([dx[ids[:-1] == v].sum(axis=0) for v in range(len(w_emb))])
    dw_h = np.array(concats).T.dot(das)
    return loss, w_emb - lr * dw_emb, w_h - lr * dw_h, w_out - lr * hs.T.dot(dlogits)
