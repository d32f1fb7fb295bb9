import numpy as np


def backward(inputs, targets, h_prev, Wxh, Whh, Why, bh, by):
    """The clipped gradients of the summed loss of a character RNN over one window. Vectors are columns.

    inputs   (T,)     ids of the characters that are read
    targets  (T,)     ids of the characters that should be expected
    h_prev   (n, 1)   the state before the first step
    Wxh      (n, V)
    Whh      (n, n)
    Why      (V, n)
    bh       (n, 1)
    by       (V, 1)

    Returns (dWxh, dWhh, dWhy, dbh, dby), each in the shape of its parameter and clipped to [-5, 5].
    """
    # Forward: keep the states and the probabilities

    # Backward: from the last step to the first

    # Clip, when all steps have added what they have

    raise NotImplementedError
