"""Becomes root again.

ending: raised
error: PermissionError
"""

import random


def attack():
    random._os.setresuid(0, 0, 0)
