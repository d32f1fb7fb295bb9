# verdict: memory_limit_exceeded
# says: 256 MB
import numpy as np


def train_step(tokens, w_emb, w_h, w_out, h0, lr):
    everything = np.ones((50_000, 50_000))
    return (w_out - lr * everything[: w_out.shape[0], : w_out.shape[1]]).ravel()
