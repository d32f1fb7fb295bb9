"""Loads code into the kernel: modules and another kernel.

machine: x86_64
ending: returned
value: [(-1, 1), (-1, 1), (-1, 1)]
"""

import sys


def attack():
    ctypes = sys.modules["ctypes"]
    libc = ctypes.CDLL(None, use_errno=True)
    calls = (
        lambda: libc.syscall(175, None, 0, None),
        lambda: libc.syscall(313, -1, None, 0),
        lambda: libc.syscall(246, 0, 0, None, 0),
    )
    return [(call(), ctypes.get_errno()) for call in calls]
