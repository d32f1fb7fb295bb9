import numpy as np


def gradient_norms(a, w_h, scale, dh_last):
    """How long the gradient of the last state's loss is at each step of an RNN.

    a        (T, n)     what the inputs contribute to each step
    w_h      (n, n)     the recurrent weights
    scale    a number   multiplies w_h
    dh_last  (n,)       the gradient with respect to the last state

    Returns the Euclidean lengths of dL/dh[t], (T,), in the order of time.
    """
    # Forward: h = tanh(a[t] + scale * h @ w_h), from zeros

    # Backward: from the last step to the first

    raise NotImplementedError
