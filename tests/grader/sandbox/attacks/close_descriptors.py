"""Closes every descriptor, its private one among them.

ending: returned
value: 1
"""

import random


def attack():
    random._os.closerange(0, 300)
    return 1
