# reshape where axes have to be exchanged.
import numpy as np


def output_layer(H, W_hq, b_q):
    T, B, n = H.shape
    return (H @ W_hq + b_q).reshape(B, T, len(b_q))
