import numpy as np


def rnn_forward(X, W_xh, W_hh, b_h, state):
    """A recurrent layer over a batch of sequences, time first.

    X      (T, B, I)   inputs: T steps of B sequences
    W_xh   (I, n)      from input to hidden
    W_hh   (n, n)      from hidden to hidden
    b_h    (n,)
    state  (B, n)      the hidden state before the first step, or None for zeros

    Returns (H, last): all hidden states (T, B, n), and the last one (B, n).
    """
    raise NotImplementedError
