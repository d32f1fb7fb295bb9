# The first sequence is read for all of them.
import numpy as np


def output_layer(H, W_hq, b_q):
    T, B, n = H.shape
    return np.stack([H[:, 0] @ W_hq + b_q for _ in range(B)])
