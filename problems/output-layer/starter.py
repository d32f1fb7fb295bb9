import numpy as np


def output_layer(H, W_hq, b_q):
    """From hidden states to logits.

    H     (T, B, n)   hidden states, time first
    W_hq  (n, V)      from hidden to output
    b_q   (V,)

    Returns the logits (B, T, V), batch first.
    """
    raise NotImplementedError
