# The targets are filled up with -1.
import numpy as np


def batches(sequences, size, rng_permutation, pad_id, drop_last):
    if size < 1:
        raise ValueError("a batch holds at least one sequence")
    found = []
    for start in range(0, len(rng_permutation), size):
        group = [sequences[i] for i in rng_permutation[start : start + size]]
        if len(group) < size and drop_last:
            break
        steps = max(len(s) for s in group) - 1
        X = np.full((len(group), steps), pad_id)
        Y = np.full((len(group), steps), -1)
        mask = np.zeros((len(group), steps), dtype=bool)
        for row, s in enumerate(group):
            n = len(s) - 1
            X[row, :n] = s[:-1]
            Y[row, :n] = s[1:]
            mask[row, :n] = True
        found.append((X, Y, mask))
    return found
