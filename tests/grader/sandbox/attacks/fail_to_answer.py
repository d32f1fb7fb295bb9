"""Replaces os.write by something that fails, so that its answer never leaves.

ending: died
error: exit
"""

import random


def attack():
    def fail(*arguments):
        raise OSError

    random._os.write = fail
    return 1
