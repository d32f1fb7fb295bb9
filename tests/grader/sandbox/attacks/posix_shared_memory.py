"""Leaves POSIX shared memory and a semaphore behind for a later attempt to read.

ending: returned
value: [-1, 1, None, 1]
"""

import sys


def attack():
    ctypes = sys.modules["ctypes"]
    libc = ctypes.CDLL(None, use_errno=True)
    libc.sem_open.restype = ctypes.c_void_p
    seen = [libc.shm_open(b"/mark", 0o102, 0o666), ctypes.get_errno()]
    return [*seen, libc.sem_open(b"/mark", 0o102, 0o666, 1), ctypes.get_errno()]
