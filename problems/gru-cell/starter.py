import numpy as np


def gru_cell(x, h, W, U, b_x, b_h, dh_next):
    """One step of a gated recurrent unit, forward and backward, for a batch of rows.

    x        (B, d)     what comes in
    h        (B, n)     the state from the step before
    W        (d, 3n)    three blocks of n columns: reset gate, update gate, candidate
    U        (n, 3n)    the same for the state
    b_x      (3n,)      goes with x @ W
    b_h      (3n,)      goes with h @ U
    dh_next  (B, n)     the gradient with respect to the new state

    Returns (h_next, dx, dh, dW, dU, db_x, db_h).
    """
    raise NotImplementedError
