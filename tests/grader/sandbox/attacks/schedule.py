"""Gets ahead of everybody: a real-time schedule, the priority of disk accesses, the zygote's niceness.

machine: x86_64
ending: returned
value: [(-1, 1), (-1, 1), (-1, 1)]
"""

import sys


def attack():
    ctypes = sys.modules["ctypes"]
    libc = ctypes.CDLL(None, use_errno=True)
    room = ctypes.create_string_buffer(16)
    calls = (
        lambda: libc.sched_setscheduler(0, 3, room),
        lambda: libc.setpriority(0, 0, 1),
        lambda: libc.syscall(251, 1, 0, 0),
    )
    return [(call(), ctypes.get_errno()) for call in calls]
