"""Sends bytes that are no frame.

ending: died
"""

import random


def attack():
    random._os.write(3, b"\xff" * 100)
    return 1
