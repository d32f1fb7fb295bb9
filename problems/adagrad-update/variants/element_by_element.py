# Number by number, all steps of one element before the next.
import math


def adagrad(p, grads, m, lr):
    rows, columns = p.shape
    for i in range(rows):
        for j in range(columns):
            for g in grads[:, i, j]:
                m[i, j] += g * g
                p[i, j] -= lr * g / math.sqrt(m[i, j] + 1e-8)
    return p.tolist(), m.tolist()
