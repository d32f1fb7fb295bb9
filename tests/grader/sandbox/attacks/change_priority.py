"""Pins itself to a processor.

ending: raised
error: PermissionError
"""

import random


def attack():
    random._os.sched_setaffinity(0, {0})
