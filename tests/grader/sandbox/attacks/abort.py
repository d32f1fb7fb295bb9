"""Aborts, after filling the stack with calls.

ending: died
"""

import random


def attack():
    random._os.abort()
