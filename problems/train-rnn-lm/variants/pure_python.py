# No NumPy at all; returns a list of floats.
import math


def train_step(tokens, w_emb, w_h, w_out, h0, lr):
    ids = [int(t) for t in tokens]
    n, d_h, V = len(ids) - 1, len(h0), len(w_emb)
    grad = [[0.0] * V for _ in range(d_h)]
    h = [float(v) for v in h0]
    for t in range(n):
        c = [float(v) for v in w_emb[ids[t]]] + h
        h = [math.tanh(sum(c[i] * float(w_h[i, j]) for i in range(len(c)))) for j in range(d_h)]
        z = [sum(h[i] * float(w_out[i, k]) for i in range(d_h)) for k in range(V)]
        m = max(z)
        e = [math.exp(v - m) for v in z]
        s = math.fsum(e)
        for k in range(V):
            d = (e[k] / s - (k == ids[t + 1])) / n
            for i in range(d_h):
                grad[i][k] += h[i] * d
    return [float(w_out[i, k]) - lr * grad[i][k] for i in range(d_h) for k in range(V)]
