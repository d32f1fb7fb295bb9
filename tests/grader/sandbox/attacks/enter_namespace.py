"""Enters the namespaces that a descriptor stands for.

ending: returned
value: [-1, 1]
"""

import sys


def attack():
    ctypes = sys.modules["ctypes"]
    libc = ctypes.CDLL(None, use_errno=True)
    return [libc.setns(3, 0), ctypes.get_errno()]
