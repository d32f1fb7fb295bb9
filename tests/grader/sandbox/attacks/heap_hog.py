"""Takes all memory there is by moving the end of its heap.

ending: memory_limit
"""

import sys


def attack():
    ctypes = sys.modules["ctypes"]
    libc = ctypes.CDLL(None)
    libc.sbrk.restype = ctypes.c_void_p
    while (end := libc.sbrk(2**20)) != 2**64 - 1:
        ctypes.memset(end, 1, 2**20)
    raise MemoryError
