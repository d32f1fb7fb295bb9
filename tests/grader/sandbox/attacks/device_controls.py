"""Types into a terminal, and asks how much waits on the private descriptor: TIOCSTI, FIONREAD and SIOCOUTQ.

ending: returned
value: [(-1, 1), (-1, 1), (-1, 1)]
"""

import sys


def attack():
    ctypes = sys.modules["ctypes"]
    libc = ctypes.CDLL(None, use_errno=True)
    room = ctypes.create_string_buffer(8)
    calls = (
        lambda: libc.ioctl(0, 0x5412, b"x"),
        lambda: libc.ioctl(3, 0x541B, room),
        lambda: libc.ioctl(3, 0x5411, room),
    )
    return [(call(), ctypes.get_errno()) for call in calls]
