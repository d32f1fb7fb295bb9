"""Returns an array that reaches beyond its memory.

ending: died
error: SIGSEGV
"""

import numpy as np


def attack():
    return np.lib.stride_tricks.as_strided(np.zeros(1), (2,), (2**46,))
