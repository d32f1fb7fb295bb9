# Number by number, in Python's own arithmetic; nested lists come back.
import math


def lstm_cell(x, h, c, W, U, b, dh_next, dc_next):
    x, h, c, W, U, b, dh_next, dc_next = (v.tolist() for v in (x, h, c, W, U, b, dh_next, dc_next))
    B, d, n = len(x), len(W), len(U)

    def zeros(rows, columns):
        return [[0.0] * columns for _ in range(rows)]

    h_next, c_next, dc = zeros(B, n), zeros(B, n), zeros(B, n)
    dx, dh, dW, dU, db = zeros(B, d), zeros(B, n), zeros(d, 4 * n), zeros(n, 4 * n), [0.0] * (4 * n)
    for r in range(B):
        a = [
            sum(x[r][k] * W[k][q] for k in range(d)) + sum(h[r][k] * U[k][q] for k in range(n)) + b[q]
            for q in range(4 * n)
        ]
        da = [0.0] * (4 * n)
        for j in range(n):
            i, f, o = (0.5 + 0.5 * math.tanh(0.5 * a[j + k * n]) for k in (0, 1, 3))
            g = math.tanh(a[j + 2 * n])
            c_next[r][j] = f * c[r][j] + i * g
            s = math.tanh(c_next[r][j])
            h_next[r][j] = o * s
            e = dc_next[r][j] + dh_next[r][j] * o * (1 - s * s)
            dc[r][j] = e * f
            da[j] = e * g * i * (1 - i)
            da[j + n] = e * c[r][j] * f * (1 - f)
            da[j + 2 * n] = e * i * (1 - g * g)
            da[j + 3 * n] = dh_next[r][j] * s * o * (1 - o)
        for q in range(4 * n):
            db[q] += da[q]
            for k in range(d):
                dx[r][k] += da[q] * W[k][q]
                dW[k][q] += x[r][k] * da[q]
            for k in range(n):
                dh[r][k] += da[q] * U[k][q]
                dU[k][q] += h[r][k] * da[q]
    return h_next, c_next, dx, dh, dc, dW, dU, db
