# The softmax is stable, but then the logarithm is taken of a probability that may be 0.
import numpy as np


def forward(inputs, targets, h_prev, Wxh, Whh, Why, bh, by):
    loss, hs, ps = 0.0, [], []
    h = h_prev
    for t in range(len(inputs)):
        x = np.zeros((len(by), 1))
        x[inputs[t]] = 1
        h = np.tanh(Wxh @ x + Whh @ h + bh)
        y = Why @ h + by
        e = np.exp(y - y.max())
        p = e / e.sum()
        loss -= np.log(p[targets[t], 0])
        hs.append(h)
        ps.append(p)
    return loss, np.array(hs), np.array(ps)
