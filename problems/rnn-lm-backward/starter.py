import numpy as np


def lm_backward(X, Y, params, state):
    """The loss of an RNN language model, and the gradient of each parameter.

    X        (B, T)     token ids, integers
    Y        (B, T)     the tokens that come one step after those of X
    params   a tuple:
      W_xh   (V, n)     input to hidden
      W_hh   (n, n)     hidden to hidden
      b_h    (n,)
      W_hq   (n, V)     hidden to output
      b_q    (V,)
    state    (B, n)     the hidden state before the first step, or None for zeros

    Returns (loss, grads): a number, and a tuple of five arrays like params.
    """
    W_xh, W_hh, b_h, W_hq, b_q = params

    # Forward, keeping what the walk back needs

    # Backward, from the last step to the first

    raise NotImplementedError
