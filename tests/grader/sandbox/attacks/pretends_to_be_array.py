"""Returns an object that turns into another array each time it is asked.

ending: unusable_value
says: type Chameleon
"""

import numpy as np


class Chameleon:
    def __array__(self, *arguments, **options):
        return np.zeros(3)

    def __repr__(self):
        raise SystemExit


def attack():
    return Chameleon()
