"""Returns more bytes than it may.

ending: output_limit
"""

import numpy as np


def attack():
    return np.zeros(10**6)
