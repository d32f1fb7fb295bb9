# All of it in single precision.
import numpy as np


def elman_unit(x, h, W_h, U_h, b):
    x, h, W_h, U_h, b = (a.astype(np.float32) for a in (x, h, W_h, U_h, b))
    return np.tanh(b + h @ U_h + x @ W_h)
