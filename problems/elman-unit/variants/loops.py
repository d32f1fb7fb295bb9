# One sum at a time, in pure Python.
import math


def elman_unit(x, h, W_h, U_h, b):
    batch, d_in, n = len(x), len(W_h), len(b)
    new = []
    for i in range(batch):
        row = []
        for j in range(n):
            a = b[j]
            for k in range(d_in):
                a += x[i][k] * W_h[k][j]
            for k in range(n):
                a += h[i][k] * U_h[k][j]
            row.append(math.tanh(a))
        new.append(row)
    return new
