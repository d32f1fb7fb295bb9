"""Returns an array that hides some of its elements.

ending: unusable_value
says: type MaskedArray
"""

import numpy as np


def attack():
    return np.ma.array([1.0, 2.0], mask=[True, False])
