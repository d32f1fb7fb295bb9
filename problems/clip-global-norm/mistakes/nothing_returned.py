# Clips in place, and hands nothing back.
import numpy as np


def clip(grads, theta):
    norm = np.sqrt(sum((g**2).sum() for g in grads))
    if norm > theta:
        for g in grads:
            g *= theta / norm
