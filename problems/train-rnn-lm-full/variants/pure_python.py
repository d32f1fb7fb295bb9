# No NumPy at all; the parameters come back as lists of lists.
import math


def train_step_full(tokens, w_emb, w_h, w_out, h0, lr):
    ids = [int(t) for t in tokens]
    w_emb, w_h, w_out = w_emb.tolist(), w_h.tolist(), w_out.tolist()
    n, d, m, V = len(ids) - 1, len(w_emb[0]), len(h0), len(w_emb)
    cs, hs, ps, losses = [], [], [], []
    h = h0.tolist()
    for t in range(n):
        c = w_emb[ids[t]] + h
        h = [math.tanh(sum(c[i] * w_h[i][j] for i in range(d + m))) for j in range(m)]
        z = [sum(h[i] * w_out[i][k] for i in range(m)) for k in range(V)]
        top = max(z)
        e = [math.exp(v - top) for v in z]
        s = math.fsum(e)
        losses.append(math.log(s) + top - z[ids[t + 1]])
        cs.append(c)
        hs.append(h)
        ps.append([v / s for v in e])

    g_emb, g_h, g_out = ([[0.0] * len(w[0]) for _ in w] for w in (w_emb, w_h, w_out))
    later = [0.0] * m
    for t in range(n - 1, -1, -1):
        dz = [(ps[t][k] - (k == ids[t + 1])) / n for k in range(V)]
        dh = [sum(w_out[i][k] * dz[k] for k in range(V)) + later[i] for i in range(m)]
        da = [dh[j] * (1 - hs[t][j] ** 2) for j in range(m)]
        for i in range(m):
            for k in range(V):
                g_out[i][k] += hs[t][i] * dz[k]
        for i in range(d + m):
            for j in range(m):
                g_h[i][j] += cs[t][i] * da[j]
        dc = [sum(w_h[i][j] * da[j] for j in range(m)) for i in range(d + m)]
        for i in range(d):
            g_emb[ids[t]][i] += dc[i]
        later = dc[d:]

    def step(w, g):
        return [[a - lr * b for a, b in zip(u, v)] for u, v in zip(w, g)]

    return math.fsum(losses) / n, step(w_emb, g_emb), step(w_h, g_h), step(w_out, g_out)
