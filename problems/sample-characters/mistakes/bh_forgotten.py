# The states' bias is left out.
import numpy as np


def sample(h, seed_id, count, u, params):
    Wxh, Whh, Why, bh, by = params
    ids = []
    i = seed_id
    for t in range(count):
        h = np.tanh(Wxh[:, [i]] + Whh @ h)
        y = Why @ h + by
        p = np.exp(y - y.max())
        c = np.cumsum(p)
        c = c / c[-1]
        i = int(np.searchsorted(c, u[t], side="right"))
        ids.append(i)
    return np.array(ids, dtype=int)
