"""Returns an array of a class of its own.

ending: unusable_value
says: type Chameleon
"""

import numpy as np


class Chameleon(np.ndarray):
    def tobytes(self, *arguments, **options):
        return b"\xff"


def attack():
    return np.zeros(3).view(Chameleon)
