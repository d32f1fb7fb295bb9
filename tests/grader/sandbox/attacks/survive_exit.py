"""Replaces os._exit, so that the code around it goes on where it should have ended.

ending: output_limit or died
"""

import random


def attack():
    random._os._exit = lambda status: None
    print("x" * 10**6)
    return 1
