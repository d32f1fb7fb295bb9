"""Kills its parent, the zygote.

ending: raised
error: PermissionError
"""

import random


def attack():
    random._os.kill(random._os.getppid(), 9)
