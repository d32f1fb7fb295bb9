# Joined along the second axis, not stacked.
import numpy as np


def output_layer(H, W_hq, b_q):
    return np.concatenate([h @ W_hq + b_q for h in H], axis=1)
