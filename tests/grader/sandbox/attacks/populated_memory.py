"""Has the kernel fill more memory than it may have, in one system call.

ending: memory_limit
"""

import sys


def attack():
    ctypes = sys.modules["ctypes"]
    libc = ctypes.CDLL(None)
    libc.mmap.restype = ctypes.c_void_p
    libc.madvise.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
    page = libc.mmap(None, 2**28, 3, 0x22, -1, 0)
    if libc.madvise(page, 2**28, 23) == 0:
        return "filled"
    raise MemoryError
