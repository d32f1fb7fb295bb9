# The most likely token instead of the target.
import numpy as np


def lm_loss(logits, Y):
    z = logits - logits.max(axis=-1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=-1, keepdims=True))
    loss = -log_p.max(axis=-1).mean()
    return loss, np.exp(loss)
