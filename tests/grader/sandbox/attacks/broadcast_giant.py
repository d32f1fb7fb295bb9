"""Returns an array of a trillion elements that are one in memory.

ending: output_limit
"""

import numpy as np


def attack():
    return np.broadcast_to(0.0, (10**6, 10**6))
