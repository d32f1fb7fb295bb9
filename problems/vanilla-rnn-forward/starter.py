import numpy as np


def forward(inputs, targets, h_prev, Wxh, Whh, Why, bh, by):
    """The forward pass of a character RNN over one window. Vectors are columns.

    inputs   (T,)     ids of the characters that are read
    targets  (T,)     ids of the characters that should be expected
    h_prev   (n, 1)   the state before the first step
    Wxh      (n, V)
    Whh      (n, n)
    Why      (V, n)
    bh       (n, 1)
    by       (V, 1)

    Returns (loss, hs, ps): the summed loss, a number; the states (T, n, 1); the probabilities (T, V, 1).
    """
    raise NotImplementedError
