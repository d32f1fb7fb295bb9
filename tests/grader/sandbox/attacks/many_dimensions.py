"""Returns an array of more dimensions than are decoded.

ending: unusable_value
says: 32 dimensions
"""

import numpy as np


def attack():
    return np.zeros((1,) * 64)
