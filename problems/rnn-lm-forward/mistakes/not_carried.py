# Every step looks back at the first state.
import numpy as np


def lm_forward(X, params, state):
    W_xh, W_hh, b_h, W_hq, b_q = params
    first = np.zeros((len(X), len(W_hh))) if state is None else state
    logits = []
    for ids in X.T:
        h = np.tanh(W_xh[ids] + first @ W_hh + b_h)
        logits.append(h @ W_hq + b_q)
    return np.stack(logits, axis=1), h
