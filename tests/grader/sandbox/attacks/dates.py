"""Returns a span of time, which NumPy has among its integers.

ending: unusable_value
says: type timedelta64
"""

import numpy as np


def attack():
    return [np.timedelta64(1, "D")]
