# No maximum is subtracted.
import numpy as np


def lm_loss(logits, Y):
    log_p = logits - np.log(np.exp(logits).sum(axis=-1, keepdims=True))
    loss = -np.take_along_axis(log_p, Y[..., None], axis=-1).mean()
    return loss, np.exp(loss)
