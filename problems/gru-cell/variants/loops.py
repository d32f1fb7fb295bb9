# Number by number, in Python's own arithmetic; nested lists come back.
import math


def gru_cell(x, h, W, U, b_x, b_h, dh_next):
    x, h, W, U, b_x, b_h, dh_next = (v.tolist() for v in (x, h, W, U, b_x, b_h, dh_next))
    B, d, n = len(x), len(W), len(U)

    def zeros(rows, columns):
        return [[0.0] * columns for _ in range(rows)]

    h_next, dx, dh = zeros(B, n), zeros(B, d), zeros(B, n)
    dW, dU, db_x, db_h = zeros(d, 3 * n), zeros(n, 3 * n), [0.0] * (3 * n), [0.0] * (3 * n)
    for row in range(B):
        a = [sum(x[row][k] * W[k][q] for k in range(d)) + b_x[q] for q in range(3 * n)]
        s = [sum(h[row][k] * U[k][q] for k in range(n)) + b_h[q] for q in range(3 * n)]
        da, ds = [0.0] * (3 * n), [0.0] * (3 * n)
        for j in range(n):
            r, z = (0.5 + 0.5 * math.tanh(0.5 * (a[q] + s[q])) for q in (j, j + n))
            past, old, up = s[j + 2 * n], h[row][j], dh_next[row][j]
            m = math.tanh(a[j + 2 * n] + r * past)
            h_next[row][j] = m + z * (old - m)
            inside = up * (1 - z) * (1 - m * m)
            da[j] = ds[j] = inside * past * r * (1 - r)
            da[j + n] = ds[j + n] = up * (old - m) * z * (1 - z)
            da[j + 2 * n], ds[j + 2 * n] = inside, inside * r
            dh[row][j] += up * z
        for q in range(3 * n):
            db_x[q] += da[q]
            db_h[q] += ds[q]
            for k in range(d):
                dx[row][k] += da[q] * W[k][q]
                dW[k][q] += x[row][k] * da[q]
            for k in range(n):
                dh[row][k] += ds[q] * U[k][q]
                dU[k][q] += h[row][k] * ds[q]
    return h_next, dx, dh, dW, dU, db_x, db_h
