"""Changes what the kernel keeps for a thread: robust futexes, restartable sequences, barriers.

machine: x86_64
ending: returned
value: [(-1, 1), (-1, 1), (-1, 1)]
"""

import sys


def attack():
    ctypes = sys.modules["ctypes"]
    libc = ctypes.CDLL(None, use_errno=True)
    room = ctypes.create_string_buffer(32)
    calls = (
        lambda: libc.syscall(273, room, 24),
        lambda: libc.syscall(334, room, 32, 0, 0),
        lambda: libc.syscall(324, 0, 0, 0),
    )
    return [(call(), ctypes.get_errno()) for call in calls]
