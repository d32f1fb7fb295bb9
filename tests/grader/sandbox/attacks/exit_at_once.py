"""Exits with status 0, without a result.

ending: died
error: exit
"""

import random


def attack():
    random._os._exit(0)
