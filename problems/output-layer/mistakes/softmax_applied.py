# Probabilities instead of logits.
import numpy as np


def output_layer(H, W_hq, b_q):
    logits = (H @ W_hq + b_q).swapaxes(0, 1)
    e = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)
