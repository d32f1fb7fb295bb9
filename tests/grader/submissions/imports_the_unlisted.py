# verdict: runtime_error
# says: numpy
import torch


def train_step(tokens, w_emb, w_h, w_out, h0, lr):
    return torch.zeros(w_out.size)
