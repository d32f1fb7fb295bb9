"""Leaves SysV shared memory and semaphores behind for a later attempt to read.

ending: returned
value: [-1, 1, -1, 1]
"""

import sys


def attack():
    ctypes = sys.modules["ctypes"]
    libc = ctypes.CDLL(None, use_errno=True)
    seen = []
    for call in (lambda: libc.shmget(4711, 4096, 0o1666), lambda: libc.semget(4711, 1, 0o1666)):
        seen += [call(), ctypes.get_errno()]
    return seen
