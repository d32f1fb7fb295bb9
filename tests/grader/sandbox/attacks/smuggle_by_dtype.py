"""Tells a hidden input as the name of an array's field.

public: [("",)]
hidden: [("XYZZY",)]
ending: returned, unusable_value
says: An array cannot be compared
"""

import numpy as np


def attack(secret):
    return np.zeros(1, [(secret, float)]) if secret else None
