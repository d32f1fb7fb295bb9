# One-hot columns, and the id is the number of cumulated probabilities that are not above u[t].
import numpy as np


def sample(h, seed_id, count, u, params):
    Wxh, Whh, Why, bh, by = params
    ids = np.empty(count, dtype=np.int64)
    x = np.eye(len(by))[:, [seed_id]]
    for t in range(count):
        h = np.tanh(Wxh @ x + Whh @ h + bh)
        p = np.exp(Why @ h + by - np.max(Why @ h + by))
        p /= p.sum()
        c = p.cumsum()
        ids[t] = (c / c[-1] <= u[t]).sum()
        x = np.zeros_like(by)
        x[ids[t]] = 1
    return ids
