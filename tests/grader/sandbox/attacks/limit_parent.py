"""Takes its parent's CPU time away.

ending: raised
error: PermissionError
"""

import random
import sys


def attack():
    resource = sys.modules["resource"]
    parent = random._os.getppid() or 2  # 0: in a pid namespace of its own it sees none, and guesses
    resource.prlimit(parent, resource.RLIMIT_CPU, (0, 0))
