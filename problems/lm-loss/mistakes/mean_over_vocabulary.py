# A mean over one-hot times log-probability, zeros included.
import numpy as np


def lm_loss(logits, Y):
    z = logits - logits.max(axis=-1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=-1, keepdims=True))
    loss = -(np.eye(logits.shape[-1])[Y] * log_p).mean()
    return loss, np.exp(loss)
