import numpy as np


def elman_unit(x, h, W_h, U_h, b):
    """One step of an Elman layer, for a batch of B sequences.

    x    (B, d_in)   what comes in
    h    (B, n)      the state before
    W_h  (d_in, n)   from the input to the state
    U_h  (n, n)      from the state before to the state
    b    (n,)        the bias

    Returns the new state (B, n).
    """
    raise NotImplementedError
