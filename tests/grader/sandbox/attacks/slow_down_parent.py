"""Gives its parent the lowest priority.

ending: raised
error: PermissionError
"""

import random


def attack():
    random._os.setpriority(random._os.PRIO_PROCESS, random._os.getppid(), 19)
