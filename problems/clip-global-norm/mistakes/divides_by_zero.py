# Python's own numbers refuse to be divided by zero.
import math


def clip(grads, theta):
    norm = math.sqrt(sum(float((g**2).sum()) for g in grads))
    factor = min(1.0, theta / norm)
    return [g * factor for g in grads]
