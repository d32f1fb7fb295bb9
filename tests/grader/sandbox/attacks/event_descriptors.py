"""Makes descriptors for events: epoll, eventfd, inotify and signalfd.

ending: returned
value: [(-1, 1), (-1, 1), (-1, 1), (-1, 1)]
"""

import sys


def attack():
    ctypes = sys.modules["ctypes"]
    libc = ctypes.CDLL(None, use_errno=True)
    room = ctypes.create_string_buffer(128)
    calls = (
        lambda: libc.epoll_create1(0),
        lambda: libc.eventfd(0, 0),
        lambda: libc.inotify_init1(0),
        lambda: libc.signalfd(-1, room, 0),
    )
    return [(call(), ctypes.get_errno()) for call in calls]
