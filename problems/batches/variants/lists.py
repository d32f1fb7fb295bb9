# Plain lists while a batch is made, and arrays at the end.
import numpy as np


def batches(sequences, size, rng_permutation, pad_id, drop_last):
    if size < 1:
        raise ValueError(size)
    waiting = [sequences[int(i)].tolist() for i in rng_permutation]
    done = []
    while waiting:
        group, waiting = waiting[:size], waiting[size:]
        if drop_last and len(group) != size:
            continue
        T = max(map(len, group)) - 1
        x, y, m = [], [], []
        for s in group:
            fill = T - (len(s) - 1)
            x.append(s[:-1] + [pad_id] * fill)
            y.append(s[1:] + [pad_id] * fill)
            m.append([True] * (len(s) - 1) + [False] * fill)
        done.append(tuple(np.array(rows) for rows in (x, y, m)))
    return done
