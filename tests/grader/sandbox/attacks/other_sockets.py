"""Opens sockets that lead to the kernel: netlink, packets, its ciphers, and the host of a virtual machine.

ending: returned
value: [(-1, 1), (-1, 1), (-1, 1), (-1, 1)]
"""

import sys


def attack():
    ctypes = sys.modules["ctypes"]
    libc = ctypes.CDLL(None, use_errno=True)
    return [(libc.socket(family, 3, 0), ctypes.get_errno()) for family in (16, 17, 38, 40)]
