# Place by place; generators and a small function for one batch.
import numpy as np


def rectangle(group, pad_id):
    T = max(s.size for s in group) - 1
    X, Y = np.empty((2, len(group), T), dtype=np.int64)
    mask = np.empty((len(group), T), dtype=bool)
    for b, s in enumerate(group):
        for t in range(T):
            mask[b, t] = t + 1 < s.size
            X[b, t], Y[b, t] = (s[t], s[t + 1]) if mask[b, t] else (pad_id, pad_id)
    return X, Y, mask


def batches(sequences, size, rng_permutation, pad_id, drop_last):
    if size < 1:
        raise ValueError("size")
    full, rest = divmod(len(rng_permutation), size)
    count = full + (1 if rest and not drop_last else 0)
    order = [sequences[i] for i in rng_permutation]
    return [rectangle(order[k * size : (k + 1) * size], pad_id) for k in range(count)]
