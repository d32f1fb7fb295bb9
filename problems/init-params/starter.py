import numpy as np


def init(sizes, sigma, normal_draws):
    """The parameters that a recurrent language model begins with.

    sizes         (I, n, V)   how many inputs, hidden units and outputs
    sigma         a number    the standard deviation of the weights
    normal_draws  (K,)        standard normal numbers, enough of them

    Returns (W_xh, W_hh, b_h, W_hq, b_q): (I, n), (n, n), (n,), (n, V) and (V,).
    """
    raise NotImplementedError
