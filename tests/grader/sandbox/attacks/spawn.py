"""Spawns another program.

ending: raised
error: PermissionError
"""

import random


def attack():
    return random._os.posix_spawn("/bin/true", ["true"], {})
