"""Gets a descriptor of its parent, by which it could take over its sockets.

ending: returned
value: [-1, 1]
"""

import random
import sys


def attack():
    ctypes = sys.modules["ctypes"]
    libc = ctypes.CDLL(None, use_errno=True)
    return [libc.syscall(434, random._os.getppid() or 1, 0), ctypes.get_errno()]
