# Only the last hidden state is used.
import numpy as np


def output_layer(H, W_hq, b_q):
    return H[-1] @ W_hq + b_q
