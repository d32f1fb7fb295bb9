"""Reads how much time its parent has used, of the clock that every process has.

ending: raised
error: PermissionError
"""

import random
import time


def attack():
    return time.clock_gettime(~(random._os.getppid() or 1) << 3 | 2)
