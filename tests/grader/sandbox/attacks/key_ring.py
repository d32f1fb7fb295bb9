"""Leaves a mark in the key ring of its user for a later attempt, and looks for one.

machine: x86_64
ending: returned
value: [(-1, 1), (-1, 1), (-1, 1)]
"""

import sys


def attack():
    ctypes = sys.modules["ctypes"]
    libc = ctypes.CDLL(None, use_errno=True)
    calls = (
        lambda: libc.syscall(248, b"user", b"mark", b"x", 1, -4),
        lambda: libc.syscall(249, b"user", b"mark", None, 0),
        lambda: libc.syscall(250, 0, -4, 0),
    )
    return [(call(), ctypes.get_errno()) for call in calls]
