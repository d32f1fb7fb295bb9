"""Stops itself, so that it neither ends nor uses time.

ending: raised
error: PermissionError
"""

import random


def attack():
    random._os.kill(random._os.getpid(), 19)
