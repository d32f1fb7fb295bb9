"""Reads its parent's environment from /proc.

ending: raised
error: PermissionError
"""

import random


def attack():
    return open(f"/proc/{random._os.getppid()}/environ").read()
