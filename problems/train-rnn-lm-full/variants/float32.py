# All in float32, the returned values too: less exact, and still exact enough.
import numpy as np


def train_step_full(tokens, w_emb, w_h, w_out, h0, lr):
    ids = tokens.astype(int)
    emb, wh, wo, h = (a.astype(np.float32) for a in (w_emb, w_h, w_out, h0))
    n, d = len(ids) - 1, emb.shape[1]
    cs, hs, ps, losses = [], [], [], []
    for t in range(n):
        cs.append(np.concatenate([emb[ids[t]], h]))
        h = np.tanh(cs[t] @ wh)
        hs.append(h)
        z = h @ wo
        z -= z.max()
        e = np.exp(z)
        losses.append(np.log(e.sum()) - z[ids[t + 1]])
        ps.append(e / e.sum())

    demb, dwh, dwo = np.zeros_like(emb), np.zeros_like(wh), np.zeros_like(wo)
    later = np.zeros_like(h)
    for t in reversed(range(n)):
        dz = ps[t]
        dz[ids[t + 1]] -= 1
        dz /= n
        dwo += np.outer(hs[t], dz)
        da = (wo @ dz + later) * (1 - hs[t] * hs[t])
        dwh += np.outer(cs[t], da)
        dc = wh @ da
        demb[ids[t]] += dc[:d]
        later = dc[d:]
    return float(np.mean(losses)), emb - lr * demb, wh - lr * dwh, wo - lr * dwo
