"""Installs a seccomp filter of its own.

ending: returned
value: [-1, 1]
"""

import sys


def attack():
    ctypes = sys.modules["ctypes"]
    libc = ctypes.CDLL(None, use_errno=True)
    return [libc.prctl(22, 2, None), ctypes.get_errno()]
