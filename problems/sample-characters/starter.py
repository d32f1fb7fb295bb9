import numpy as np


def sample(h, seed_id, count, u, params):
    """Draw the ids of `count` characters from a character RNN. Vectors are columns.

    h        (n, 1)     the state before anything is read
    seed_id  a number   the id that is read first
    count    a number   how many ids to draw
    u        (count,)   from 0 up to below 1: u[t] decides draw t
    params   a tuple    Wxh (n, V), Whh (n, n), Why (V, n), bh (n, 1), by (V, 1)

    Returns the ids, whole numbers, (count,).
    """
    Wxh, Whh, Why, bh, by = params
    raise NotImplementedError
