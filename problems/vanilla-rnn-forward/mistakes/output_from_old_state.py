# The output of a step is computed before its state.
import numpy as np


def forward(inputs, targets, h_prev, Wxh, Whh, Why, bh, by):
    loss, hs, ps = 0.0, [], []
    h = h_prev
    for t in range(len(inputs)):
        x = np.zeros((len(by), 1))
        x[inputs[t]] = 1
        y = Why @ h + by
        h = np.tanh(Wxh @ x + Whh @ h + bh)
        y = y - y.max()
        log_p = y - np.log(np.exp(y).sum())
        loss -= log_p[targets[t], 0]
        hs.append(h)
        ps.append(np.exp(log_p))
    return loss, np.array(hs), np.array(ps)
