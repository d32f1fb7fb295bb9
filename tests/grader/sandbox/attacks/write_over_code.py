"""Makes a page of the C library's code writable, and changes what one of its functions does.

ending: died
error: SIGSEGV
"""

import sys


def attack():
    ctypes = sys.modules["ctypes"]
    libc = ctypes.CDLL(None)
    libc.mprotect.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
    place = ctypes.cast(libc.labs, ctypes.c_void_p).value
    libc.mprotect(place & -4096, 4096, 3)
    ctypes.memset(place, 0xC3, 1)
    return libc.labs(1)
