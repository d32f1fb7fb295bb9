# Logarithms of probabilities instead of logits.
import numpy as np


def output_layer(H, W_hq, b_q):
    logits = (H @ W_hq + b_q).swapaxes(0, 1)
    shifted = logits - logits.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
