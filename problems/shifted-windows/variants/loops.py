# One window after another.
import numpy as np


def windows(corpus, num_steps, n_train, n_val):
    if len(corpus) < num_steps + n_train + n_val:
        raise ValueError("too short")

    def cut(first, count):
        X = [list(corpus[i : i + num_steps]) for i in range(first, first + count)]
        Y = [list(corpus[i + 1 : i + 1 + num_steps]) for i in range(first, first + count)]
        shape = (count, num_steps)
        return np.array(X, dtype=int).reshape(shape), np.array(Y, dtype=int).reshape(shape)

    return (*cut(0, n_train), *cut(n_train, n_val))
