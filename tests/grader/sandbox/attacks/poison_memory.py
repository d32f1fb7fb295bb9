"""Marks a page of the machine's memory as broken.

ending: returned
value: [True, True]
"""

import sys


def attack():
    ctypes = sys.modules["ctypes"]
    libc = ctypes.CDLL(None, use_errno=True)
    libc.mmap.restype = ctypes.c_void_p
    libc.madvise.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
    page = libc.mmap(None, 4096, 3, 0x8022, -1, 0)
    # EPERM, or EINVAL from a kernel that cannot do it
    return [libc.madvise(page, 4096, advice) == -1 and ctypes.get_errno() in (1, 22) for advice in (100, 101)]
