"""Makes itself root in a user namespace of its own.

ending: returned
value: [-1, 1]
"""

import sys


def attack():
    ctypes = sys.modules["ctypes"]
    libc = ctypes.CDLL(None, use_errno=True)
    return [libc.unshare(0x10000000), ctypes.get_errno()]
