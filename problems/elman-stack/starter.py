import numpy as np


def elman_stack(X, layers, h0):
    """Run sequences through Elman layers, one above the other.

    X       (B, T, D)           B sequences of T steps
    layers  [(W, U, b), ...]    the lowest first; layer l has
                                W (n below, n_l), U (n_l, n_l), b (n_l,)
    h0      [(B, n_1), ...]     the first state of each layer

    Returns (out, states): the states of the highest layer at
    every step, (B, T, n_L), and a list of the last state of each
    layer, the lowest first.
    """
    raise NotImplementedError
