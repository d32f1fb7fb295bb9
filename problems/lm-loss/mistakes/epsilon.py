# A small number inside the logarithm.
import numpy as np


def lm_loss(logits, Y):
    e = np.exp(logits - logits.max(axis=-1, keepdims=True))
    p = e / e.sum(axis=-1, keepdims=True)
    loss = -np.log(np.take_along_axis(p, Y[..., None], axis=-1) + 1e-12).mean()
    return loss, np.exp(loss)
