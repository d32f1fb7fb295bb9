# The logits are squashed.
import numpy as np


def output_layer(H, W_hq, b_q):
    return np.tanh(H @ W_hq + b_q).swapaxes(0, 1)
