"""Takes all memory there is as shared memory without a name.

ending: memory_limit
"""

import sys


def attack():
    ctypes = sys.modules["ctypes"]
    libc = ctypes.CDLL(None)
    libc.mmap.restype = ctypes.c_void_p
    while (page := libc.mmap(None, 2**20, 3, 0x21, -1, 0)) != 2**64 - 1:
        ctypes.memset(page, 1, 2**20)
    raise MemoryError
