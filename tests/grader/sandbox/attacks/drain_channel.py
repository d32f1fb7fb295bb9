"""Reads the private descriptor, in the hope of more than its own case.

ending: time_limit
"""

import random


def attack():
    return random._os.read(3, 1000)
