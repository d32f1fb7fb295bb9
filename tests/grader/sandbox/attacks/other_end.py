"""Asks who is at the other end of the private descriptor, then shuts it down.

ending: returned
value: [(-1, 1), (-1, 1), (-1, 1)]
"""

import sys


def attack():
    ctypes = sys.modules["ctypes"]
    libc = ctypes.CDLL(None, use_errno=True)
    room = (ctypes.c_int * 32)(128)
    calls = (
        lambda: libc.getpeername(3, room, room),
        lambda: libc.getsockopt(3, 1, 17, room, room),
        lambda: libc.shutdown(3, 2),
    )
    return [(call(), ctypes.get_errno()) for call in calls]
