"""Makes a file in memory.

ending: raised
error: PermissionError
"""

import random


def attack():
    return random._os.memfd_create("x")
