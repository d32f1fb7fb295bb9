# The first id is drawn from the first state, before the seed is read.
import numpy as np


def sample(h, seed_id, count, u, params):
    Wxh, Whh, Why, bh, by = params
    ids = []
    i = seed_id
    for t in range(count):
        y = Why @ h + by
        p = np.exp(y - y.max())
        c = np.cumsum(p)
        c = c / c[-1]
        i = int(np.searchsorted(c, u[t], side="right"))
        ids.append(i)
        h = np.tanh(Wxh[:, [i]] + Whh @ h + bh)
    return np.array(ids, dtype=int)
