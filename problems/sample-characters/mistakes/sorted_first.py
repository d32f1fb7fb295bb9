# The ruler begins with the most probable character.
import numpy as np


def sample(h, seed_id, count, u, params):
    Wxh, Whh, Why, bh, by = params
    ids = []
    i = seed_id
    for t in range(count):
        h = np.tanh(Wxh[:, [i]] + Whh @ h + bh)
        y = Why @ h + by
        p = np.exp(y - y.max())
        order = np.argsort(-p[:, 0], kind="stable")
        c = np.cumsum(p[order])
        c = c / c[-1]
        i = int(order[np.searchsorted(c, u[t], side="right")])
        ids.append(i)
    return np.array(ids, dtype=int)
