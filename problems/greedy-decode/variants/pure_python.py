# No NumPy at all.
import math


def generate(prefix, n, params):
    W_xh, W_hh, b_h, W_hq, b_q = (p.tolist() for p in params)
    ids = list(map(int, prefix))
    if not ids:
        raise ValueError("empty prefix")
    units, h, read = range(len(b_h)), [0.0] * len(b_h), 0
    for wanted in range(len(ids), len(ids) + n):
        while read < wanted:
            row = W_xh[ids[read]]
            h = [math.tanh(row[j] + b_h[j] + sum(h[k] * W_hh[k][j] for k in units)) for j in units]
            read += 1
        z = [b_q[v] + sum(h[j] * W_hq[j][v] for j in units) for v in range(len(b_q))]
        ids.append(z.index(max(z)))
    return ids
