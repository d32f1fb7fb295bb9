"""Returns an array of booleans that are neither true nor false.

ending: unusable_value
says: What came back is no value.
"""

import numpy as np


def attack():
    return np.full(3, 2, np.uint8).view(bool)
