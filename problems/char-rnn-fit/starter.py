import numpy as np


def fit(ids, seq, steps, lr, params):
    """Train a character RNN with Adagrad, window by window. Vectors are columns.

    ids     (N,)      the ids of the whole text
    seq     a number  how many ids a window reads
    steps   a number  how many steps to take
    lr      a number  the learning rate
    params  a tuple   Wxh (n, V), Whh (n, n), Why (V, n), bh (n, 1), by (V, 1)

    Returns the smoothed loss, (steps + 1,): before the first step, and after each. Raises ValueError when
    there is a step to take and the text is too short for a window.
    """
    Wxh, Whh, Why, bh, by = params

    # For each step: the next window, forward, backward, clip, smooth the loss, Adagrad

    raise NotImplementedError
