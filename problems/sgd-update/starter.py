import numpy as np


def sgd(params, grads, lr):
    """One step of gradient descent.

    params   a list of arrays, of any shapes
    grads    a list of arrays: the gradient of each parameter, in the same order and shapes
    lr       a number

    Returns the list of new parameters, in the same order and shapes.
    """
    raise NotImplementedError
