# Single precision throughout.
import numpy as np


def sgd(params, grads, lr):
    rate = np.float32(-lr)
    return [np.add(p, rate * g.astype(np.float32), dtype=np.float32) for p, g in zip(params, grads)]
