"""Handles page faults itself, so that the kernel waits for it in the middle of a system call.

machine: x86_64
ending: returned
value: [-1, 1]
"""

import sys


def attack():
    ctypes = sys.modules["ctypes"]
    libc = ctypes.CDLL(None, use_errno=True)
    return [libc.syscall(323, 1), ctypes.get_errno()]
