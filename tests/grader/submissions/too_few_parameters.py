# verdict: runtime_error
# says: TypeError
import numpy as np


def train_step(tokens, w_emb, w_h, w_out):
    return w_out.ravel()
