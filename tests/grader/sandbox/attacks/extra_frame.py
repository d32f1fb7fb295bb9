"""Writes two results of its own on the private descriptor, where one is due.

ending: died
"""

import random
import sys


def attack():
    forged = sys.modules["inside.frames"].frame(4, b"\x00\x00\x00\x00")
    random._os.write(3, forged + forged)
    return 1
