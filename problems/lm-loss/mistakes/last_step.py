# Only the last step of each sequence.
import numpy as np


def lm_loss(logits, Y):
    logits, Y = logits[:, -1], Y[:, -1]
    z = logits - logits.max(axis=-1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=-1, keepdims=True))
    loss = -np.take_along_axis(log_p, Y[..., None], axis=-1).mean()
    return loss, np.exp(loss)
