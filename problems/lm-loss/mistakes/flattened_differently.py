# Logits are flattened sequence by sequence, targets step by step.
import numpy as np


def lm_loss(logits, Y):
    rows, targets = logits.reshape(-1, logits.shape[-1]), Y.T.reshape(-1)
    z = rows - rows.max(axis=-1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=-1, keepdims=True))
    loss = -log_p[np.arange(len(rows)), targets].mean()
    return loss, np.exp(loss)
