"""Has all readable memory executable, as old programs do.

ending: returned
value: [-1, 1]
"""

import sys


def attack():
    ctypes = sys.modules["ctypes"]
    libc = ctypes.CDLL(None, use_errno=True)
    return [libc.personality(0x0400000), ctypes.get_errno()]
