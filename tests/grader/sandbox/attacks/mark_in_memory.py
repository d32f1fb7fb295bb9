"""Changes pi in the memory that it shares with the next processes.

attempts: 2
ending: returned
value: [3.141592653589793, 3.0]
"""

import sys

import numpy as np


def attack():
    found = float(np.pi + 0.0)
    sys.modules["ctypes"].c_double.from_address(id(np.pi) + 16).value = 3.0
    return [found, float(np.pi + 0.0)]
