"""Returns an array of objects, which pickle would run code for.

ending: unusable_value
says: type object
"""

import random

import numpy as np


class Hostile:
    def __reduce__(self):
        return random._os._exit, (0,)


def attack():
    return np.array([Hostile()])
