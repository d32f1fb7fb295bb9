# Element by element, without NumPy; a list comes back.
import math


def gradient_norms(a, w_h, scale, dh_last):
    a, w_h, g = a.tolist(), w_h.tolist(), dh_last.tolist()
    n = len(g)
    hs = [[0.0] * n]
    for row in a:
        before = hs[-1]
        hs.append([math.tanh(row[j] + scale * sum(before[i] * w_h[i][j] for i in range(n))) for j in range(n)])
    norms = []
    for h in reversed(hs[1:]):
        norms.append(math.sqrt(sum(v * v for v in g)))
        g = [v * (1 - s * s) for v, s in zip(g, h)]
        g = [scale * sum(w_h[i][j] * g[j] for j in range(n)) for i in range(n)]
    norms.reverse()
    return norms
