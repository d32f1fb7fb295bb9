"""Makes a process by each of the ways besides fork: vfork and clone3.

ending: returned
value: [(-1, 1), (-1, 1)]
"""

import sys


def attack():
    ctypes = sys.modules["ctypes"]
    libc = ctypes.CDLL(None, use_errno=True)
    calls = (
        lambda: libc.vfork(),
        lambda: libc.syscall(435, None, 0),
    )
    return [(call(), ctypes.get_errno()) for call in calls]
