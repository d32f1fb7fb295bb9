"""Takes over a descriptor of another process (pidfd_getfd).

ending: returned
value: [-1, 1]
"""

import sys


def attack():
    ctypes = sys.modules["ctypes"]
    libc = ctypes.CDLL(None, use_errno=True)
    return [libc.syscall(438, 3, 0, 0), ctypes.get_errno()]
