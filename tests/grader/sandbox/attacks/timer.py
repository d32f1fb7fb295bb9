"""Has the kernel signal it later, or at every tick.

ending: returned
value: [(-1, 1), (-1, 1), (-1, 1)]
"""

import sys


def attack():
    ctypes = sys.modules["ctypes"]
    libc = ctypes.CDLL(None, use_errno=True)
    timer, times = ctypes.create_string_buffer(64), (ctypes.c_long * 4)(0, 1, 0, 1)
    calls = (
        lambda: libc.timer_create(0, None, timer),
        lambda: libc.setitimer(0, times, None),
        lambda: libc.timerfd_create(0, 0),
    )
    return [(call(), ctypes.get_errno()) for call in calls]
