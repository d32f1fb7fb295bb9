# The mean of each prediction's own perplexity.
import numpy as np


def lm_loss(logits, Y):
    z = logits - logits.max(axis=-1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=-1, keepdims=True))
    surprise = -np.take_along_axis(log_p, Y[..., None], axis=-1)
    return surprise.mean(), np.exp(surprise).mean()
