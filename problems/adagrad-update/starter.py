import numpy as np


def adagrad(p, grads, m, lr):
    """Some steps of Adagrad for one parameter.

    p        (a, b)      the parameter
    grads    (K, a, b)   its gradients, one for each step
    m        (a, b)      the sum of squared gradients so far, never negative
    lr       a number

    Returns (p, m): parameter and memory after the last step, (a, b) each.
    """
    for g in grads:
        ...

    return p, m
