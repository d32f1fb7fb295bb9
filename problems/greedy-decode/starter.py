import numpy as np


def generate(prefix, n, params):
    """Go on with a text, always by the likeliest token.

    prefix   (P,)       token ids, integers; P is at least 1
    n        a number   how many ids to add; zero or more
    params   a tuple:
      W_xh   (V, H)     input to hidden
      W_hh   (H, H)     hidden to hidden
      b_h    (H,)
      W_hq   (H, V)     hidden to output
      b_q    (V,)

    Returns (P + n,): the prefix and the n ids that follow it, integers.
    Raises ValueError when the prefix is empty.
    """
    W_xh, W_hh, b_h, W_hq, b_q = params

    raise NotImplementedError
