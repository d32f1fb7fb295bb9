"""Forks.

ending: raised
error: PermissionError
"""

import random


def attack():
    return random._os.fork()
