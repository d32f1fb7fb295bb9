"""Locks its memory, so that others must be swapped out.

ending: returned
value: [(-1, 1), (-1, 1)]
"""

import sys


def attack():
    ctypes = sys.modules["ctypes"]
    libc = ctypes.CDLL(None, use_errno=True)
    room = ctypes.create_string_buffer(16)
    calls = (
        lambda: libc.mlock(room, 16),
        lambda: libc.mlockall(3),
    )
    return [(call(), ctypes.get_errno()) for call in calls]
