import numpy as np


def lstm_cell(x, h, c, W, U, b, dh_next, dc_next):
    """One step of an LSTM, forward and backward, for a batch of rows.

    x        (B, d)     what comes in
    h, c     (B, n)     the state and the cell from the step before
    W        (d, 4n)    four blocks of n columns: input gate, forget gate, candidate, output gate
    U        (n, 4n)    the same for the state
    b        (4n,)      the same
    dh_next  (B, n)     the gradient with respect to the new state
    dc_next  (B, n)     the gradient with respect to the new cell

    Returns (h_next, c_next, dx, dh, dc, dW, dU, db).
    """
    raise NotImplementedError
