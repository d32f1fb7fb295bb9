"""Returns an array without elements whose other dimension overflows sizes.

ending: unusable_value
says: What came back is no value.
"""

import numpy as np


def attack():
    return np.zeros((0, 2**59))
