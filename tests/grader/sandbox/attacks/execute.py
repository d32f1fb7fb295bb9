"""Becomes another program.

ending: raised
error: PermissionError
"""

import random


def attack():
    random._os.execv("/bin/sh", ["sh", "-c", "true"])
