"""Gets memory that it could write machine code to, in two ways.

ending: returned
value: [-1, 1, -1, 1]
"""

import sys


def attack():
    ctypes = sys.modules["ctypes"]
    libc = ctypes.CDLL(None, use_errno=True)
    libc.mmap.restype = ctypes.c_long
    libc.mprotect.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
    seen = [libc.mmap(None, 4096, 7, 0x22, -1, 0), ctypes.get_errno()]
    libc.mmap.restype = ctypes.c_void_p
    page = libc.mmap(None, 4096, 3, 0x22, -1, 0)
    return [*seen, libc.mprotect(page, 4096, 7), ctypes.get_errno()]
