"""Replaces a method of NumPy's arrays, by which answers are written.

ending: raised
error: TypeError
"""

import numpy as np


def attack():
    np.ndarray.tobytes = lambda *arguments: b"\xff"
