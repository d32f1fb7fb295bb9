# One long vector, cut into its pieces again.
import numpy as np


def clip(grads, theta):
    flat = np.concatenate([g.ravel() for g in grads])
    norm = np.linalg.norm(flat)
    if norm > theta:
        flat = flat / norm * theta
    ends = np.cumsum([g.size for g in grads])
    return [piece.reshape(g.shape) for piece, g in zip(np.split(flat, ends[:-1]), grads)]
