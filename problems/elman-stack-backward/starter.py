import numpy as np


def elman_stack_backward(X, layers, h0, dOut):
    """The gradients of a stack of Elman layers.

    X       (B, T, D)           B sequences of T steps
    layers  [(W, U, b), ...]    the lowest first; layer l has
                                W (n below, n_l), U (n_l, n_l), b (n_l,)
    h0      [(B, n_1), ...]     the first state of each layer
    dOut    (B, T, n_L)         the gradient of the loss for the
                                states of the highest layer

    Returns (dX, grads): the gradient for X, (B, T, D), and a list
    [(dW, dU, db), ...] in the order of layers.
    """
    # Forward, keeping what each layer read and all its states

    # Backward, the highest layer and the last step first

    raise NotImplementedError
