# The sign of the gradient instead of the gradient.
import numpy as np


def sgd(params, grads, lr):
    return [p - lr * np.sign(g) for p, g in zip(params, grads)]
