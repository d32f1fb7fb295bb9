import numpy as np


def lm_forward(X, params, state):
    """Logits for the token after each token of X.

    X        (B, T)     token ids, integers
    params   a tuple:
      W_xh   (V, n)     input to hidden
      W_hh   (n, n)     hidden to hidden
      b_h    (n,)
      W_hq   (n, V)     hidden to output
      b_q    (V,)
    state    (B, n)     the hidden state before the first step, or None for zeros

    Returns (logits, state): (B, T, V), and the hidden state after the last step, (B, n).
    """
    W_xh, W_hh, b_h, W_hq, b_q = params
    logits = None

    return logits, state
