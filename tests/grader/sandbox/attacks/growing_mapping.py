"""Takes all memory there is by growing one mapping.

ending: memory_limit
"""

import sys


def attack():
    ctypes = sys.modules["ctypes"]
    libc = ctypes.CDLL(None)
    libc.mmap.restype = libc.mremap.restype = ctypes.c_void_p
    libc.mremap.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_size_t, ctypes.c_int)
    size = 2**20
    page = libc.mmap(None, size, 3, 0x22, -1, 0)
    while page != 2**64 - 1:
        ctypes.memset(page, 1, size)
        page, size = libc.mremap(page, size, 2 * size, 1), 2 * size
    raise MemoryError
