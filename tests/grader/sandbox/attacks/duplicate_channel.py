"""Duplicates the private descriptor, so that it stays open after its end.

ending: raised
error: PermissionError
"""

import random


def attack():
    return random._os.dup(3)
