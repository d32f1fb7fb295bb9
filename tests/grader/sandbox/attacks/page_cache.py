"""Watches which files others read, by what of them is in memory: mincore and cachestat.

ending: returned
value: [-1, 1, -1, 1]
"""

import sys


def attack():
    ctypes = sys.modules["ctypes"]
    libc = ctypes.CDLL(None, use_errno=True)
    libc.mmap.restype = ctypes.c_void_p
    libc.mincore.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_void_p)
    page = libc.mmap(None, 4096, 3, 0x22, -1, 0)
    seen = [libc.mincore(page, 4096, page), ctypes.get_errno()]
    return [*seen, libc.syscall(451, 0, None, None, 0), ctypes.get_errno()]
