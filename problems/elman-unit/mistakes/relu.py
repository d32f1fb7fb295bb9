# A rectifier instead of tanh.
import numpy as np


def elman_unit(x, h, W_h, U_h, b):
    return np.maximum(x @ W_h + h @ U_h + b, 0)
