# One large matrix product over all steps of all sequences.
import numpy as np


def output_layer(H, W_hq, b_q):
    T, B, n = H.shape
    rows = H.swapaxes(0, 1).reshape(B * T, n)
    return (np.dot(rows, W_hq) + b_q).reshape(B, T, -1)
