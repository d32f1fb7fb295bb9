# One text after the other, step by step and number by number.
import math


def lm_forward(X, params, state):
    W_xh, W_hh, b_h, W_hq, b_q = (p.tolist() for p in params)
    units, vocabulary = range(len(b_h)), range(len(b_q))
    logits, last = [], []
    for b, text in enumerate(X.tolist()):
        h = [0.0 for _ in units] if state is None else state[b].tolist()
        rows = []
        for i in text:
            h = [math.tanh(sum(h[k] * W_hh[k][j] for k in units) + W_xh[i][j] + b_h[j]) for j in units]
            rows.append([sum(h[j] * W_hq[j][v] for j in units) + b_q[v] for v in vocabulary])
        logits.append(rows)
        last.append(h)
    return logits, last
