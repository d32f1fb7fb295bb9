"""Returns an array with named fields.

ending: unusable_value
says: An array of type [('name', '<f8')]
"""

import numpy as np


def attack():
    return np.zeros(3, [("name", float)])
