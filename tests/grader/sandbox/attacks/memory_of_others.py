"""Advises the kernel to drop the memory of another process, or to reap it at once.

ending: returned
value: [(-1, 1), (-1, 1)]
"""

import sys


def attack():
    ctypes = sys.modules["ctypes"]
    libc = ctypes.CDLL(None, use_errno=True)
    calls = (
        lambda: libc.syscall(440, 3, None, 0, 4, 0),
        lambda: libc.syscall(448, 3, 0),
    )
    return [(call(), ctypes.get_errno()) for call in calls]
