# Probabilities by np.logaddexp.reduce, which needs no shift of one's own.
import numpy as np


def train_step(tokens, w_emb, w_h, w_out, h0, lr):
    ids = tokens.astype(np.int64)
    hs = [h0]
    for i in ids[:-1]:
        hs.append(np.tanh(np.append(w_emb[i], hs[-1]).dot(w_h)))
    hs = np.array(hs[1:])
    logits = hs.dot(w_out)
    dlogits = np.exp(logits - np.logaddexp.reduce(logits, axis=1)[:, None])
    dlogits[range(len(hs)), ids[1:]] -= 1.0
    return (w_out - lr * hs.T.dot(dlogits / len(hs))).ravel()
