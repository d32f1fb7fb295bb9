"""Leaves SysV and POSIX message queues behind for a later attempt to read.

ending: returned
value: [(-1, 1), (-1, 1)]
"""

import sys


def attack():
    ctypes = sys.modules["ctypes"]
    libc = ctypes.CDLL(None, use_errno=True)
    calls = (
        lambda: libc.msgget(4711, 0o1666),
        lambda: libc.mq_open(b"/mark", 0o102, 0o666, None),
    )
    return [(call(), ctypes.get_errno()) for call in calls]
