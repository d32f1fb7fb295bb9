# The bias is added to what comes out of tanh.
import numpy as np


def elman_unit(x, h, W_h, U_h, b):
    return np.tanh(x @ W_h + h @ U_h) + b
