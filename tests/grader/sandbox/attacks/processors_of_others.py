"""Asks on which processors its parent runs, and by that whether there is such a process.

ending: raised
error: PermissionError
"""

import random


def attack():
    return len(random._os.sched_getaffinity(random._os.getppid() or 1))
