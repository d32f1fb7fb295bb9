"""Asks to live on when its zygote dies.

ending: returned
value: [-1, 1]
"""

import sys


def attack():
    ctypes = sys.modules["ctypes"]
    libc = ctypes.CDLL(None, use_errno=True)
    return [libc.prctl(1, 0, 0, 0, 0), ctypes.get_errno()]
