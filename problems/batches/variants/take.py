# np.pad for each row, and a comparison of places with lengths for the mask.
import numpy as np


def batches(sequences, size, rng_permutation, pad_id, drop_last):
    if size <= 0:
        raise ValueError("size must be positive")
    N = len(rng_permutation)
    stop = N - N % size if drop_last else N
    out = []
    for at in range(0, stop, size):
        chosen = [sequences[k] for k in rng_permutation[at : min(at + size, N)]]
        counts = np.array([len(c) - 1 for c in chosen])
        T = counts.max()
        X = [np.pad(c[:-1], (0, T - m), constant_values=pad_id) for c, m in zip(chosen, counts)]
        Y = [np.pad(c[1:], (0, T - m), constant_values=pad_id) for c, m in zip(chosen, counts)]
        out.append((np.array(X), np.array(Y), np.arange(T) < counts[:, None]))
    return out
