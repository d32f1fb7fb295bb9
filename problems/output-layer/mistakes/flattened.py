# Sequences and steps become one axis.
import numpy as np


def output_layer(H, W_hq, b_q):
    return (H @ W_hq + b_q).swapaxes(0, 1).reshape(-1, len(b_q))
