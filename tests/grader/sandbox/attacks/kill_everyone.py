"""Kills every process it may.

ending: raised
error: PermissionError
"""

import random


def attack():
    random._os.kill(-1, 9)
