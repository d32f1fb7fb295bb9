"""Reads and moves segments: modify_ldt and arch_prctl.

machine: x86_64
ending: returned
value: [(-1, 1), (-1, 1)]
"""

import sys


def attack():
    ctypes = sys.modules["ctypes"]
    libc = ctypes.CDLL(None, use_errno=True)
    room = ctypes.create_string_buffer(16)
    calls = (
        lambda: libc.syscall(154, 0, room, 16),
        lambda: libc.syscall(158, 0x1003, room),
    )
    return [(call(), ctypes.get_errno()) for call in calls]
