# Single precision throughout.
import numpy as np


def clip(grads, theta):
    small = [g.astype(np.float32) for g in grads]
    norm = np.sqrt(np.sum([np.sum(g * g) for g in small]))
    return [g * np.float32(theta) / norm if norm > np.float32(theta) else g for g in small]
