# The product of the steps' matrices, multiplied up from the end.
import numpy as np


def gradient_norms(a, w_h, scale, dh_last):
    w = scale * w_h
    steps, h = [], np.zeros_like(dh_last)
    for row in a:
        h = np.tanh(row + h @ w)
        steps.append(w * (1 - h) * (1 + h))  # how this state moves with the one before
    product = np.eye(len(h))
    norms = [np.linalg.norm(dh_last)]
    for step in steps[:0:-1]:
        product = step @ product
        norms.insert(0, np.linalg.norm(product @ dh_last))
    return np.array(norms)
