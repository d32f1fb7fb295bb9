# Ignored rows get a gradient.
import numpy as np


def masked_cross_entropy(logits, y, ignore_index):
    kept = y != ignore_index
    count = kept.sum()
    if count == 0:
        return 0.0, np.zeros_like(logits)
    rows = np.arange(len(y))
    targets = np.where(kept, y, 0)

    z = logits - logits.max(axis=1, keepdims=True)
    log_probs = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    losses = -log_probs[rows, targets]
    loss = losses[kept].sum() / count

    dlogits = np.exp(log_probs)
    dlogits[rows, targets] -= 1
    dlogits /= count
    return loss, dlogits
