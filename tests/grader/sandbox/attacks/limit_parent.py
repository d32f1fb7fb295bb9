"""Takes its parent's CPU time away.

ending: raised
error: PermissionError
"""

import random
import sys


def attack():
    resource = sys.modules["resource"]
    resource.prlimit(random._os.getppid(), resource.RLIMIT_CPU, (0, 0))
