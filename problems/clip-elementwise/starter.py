import numpy as np


def clip(grads, c):
    """Limit every element of every gradient to the range from -c to c.

    grads    a list of arrays, of any shapes
    c        the limit, a number, never negative

    Returns the list of clipped gradients, in the same order and shapes.
    """
    raise NotImplementedError
