# The bias is added to each of the two products, as libraries with two biases do.
import numpy as np


def elman_unit(x, h, W_h, U_h, b):
    return np.tanh((x @ W_h + b) + (h @ U_h + b))
