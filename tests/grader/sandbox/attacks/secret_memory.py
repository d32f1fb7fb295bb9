"""Makes memory that not even the kernel can read (memfd_secret).

ending: returned
value: [-1, 1]
"""

import sys


def attack():
    ctypes = sys.modules["ctypes"]
    libc = ctypes.CDLL(None, use_errno=True)
    return [libc.syscall(447, 0), ctypes.get_errno()]
