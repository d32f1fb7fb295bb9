# One sequence at a time, with column vectors, and lists that are put together at the end.
import numpy as np


def run(vectors, layers):
    for W, U, b in layers:
        h = np.zeros(len(b))
        states = []
        for v in vectors:
            h = np.tanh(W.T @ v + U.T @ h + b)
            states.append(h)
        vectors = states
    return vectors


def elman_lm_forward(ids, params):
    W_emb, layers, W_out, b_out = params
    out = []
    for sequence in ids.tolist():
        if min(sequence) < 0:
            raise IndexError("negative id")
        out.append([W_out.T @ h + b_out for h in run([W_emb[i] for i in sequence], layers)])
    return np.array(out)
