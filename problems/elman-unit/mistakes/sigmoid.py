# The logistic function instead of tanh.
import numpy as np


def elman_unit(x, h, W_h, U_h, b):
    return 1 / (1 + np.exp(-(x @ W_h + h @ U_h + b)))
