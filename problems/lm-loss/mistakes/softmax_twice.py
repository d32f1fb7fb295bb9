# The softmax of a softmax.
import numpy as np


def lm_loss(logits, Y):
    e = np.exp(logits - logits.max(axis=-1, keepdims=True))
    p = e / e.sum(axis=-1, keepdims=True)
    log_p = p - np.log(np.exp(p).sum(axis=-1, keepdims=True))
    loss = -np.take_along_axis(log_p, Y[..., None], axis=-1).mean()
    return loss, np.exp(loss)
