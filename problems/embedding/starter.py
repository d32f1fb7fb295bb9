import numpy as np


def embedding(ids, W, dout, padding_idx):
    """Read rows of a table, and bring gradients back to them.

    ids          (B, T)      integers
    W            (V, d)      the table: one row for each token
    dout         (B, T, d)   the gradient of the loss for what is read
    padding_idx  an int, or None where there is no padding

    Returns (out, dW): the rows (B, T, d), and the gradient of the
    loss for W, (V, d). Raises IndexError if an id is negative or
    not below V.
    """
    raise NotImplementedError
