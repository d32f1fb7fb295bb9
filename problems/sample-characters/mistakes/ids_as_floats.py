# The ids are collected in an array of real numbers.
import numpy as np


def sample(h, seed_id, count, u, params):
    Wxh, Whh, Why, bh, by = params
    ids = np.zeros(count)
    i = seed_id
    for t in range(count):
        h = np.tanh(Wxh[:, [i]] + Whh @ h + bh)
        y = Why @ h + by
        p = np.exp(y - y.max())
        c = np.cumsum(p)
        c = c / c[-1]
        i = int(np.searchsorted(c, u[t], side="right"))
        ids[t] = i
    return ids
