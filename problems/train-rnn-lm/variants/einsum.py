# One-hot matrices and einsum, summed in yet another order.
import numpy as np


def train_step(tokens, w_emb, w_h, w_out, h0, lr):
    onehot = np.eye(len(w_emb))[tokens.astype(np.int32)]
    xs = np.einsum("tv,ve->te", onehot[:-1], w_emb)
    hs = []
    h = h0[None, :]
    for x in xs:
        h = np.tanh(np.einsum("bi,ij->bj", np.hstack([x[None, :], h]), w_h))
        hs.append(h[0])
    hs = np.stack(hs[::-1])[::-1]
    logits = np.einsum("th,hv->tv", hs, w_out)
    logits = logits - logits.max(axis=-1, keepdims=True)
    logp = logits - np.log(np.exp(logits).sum(axis=-1, keepdims=True))
    grad = np.einsum("th,tv->hv", hs, (np.exp(logp) - onehot[1:]) / len(xs))
    return np.ravel(w_out - lr * grad)
