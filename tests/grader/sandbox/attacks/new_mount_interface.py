"""Mounts by the newer system calls, which know no path: open_tree, move_mount, fsopen and mount_setattr.

ending: returned
value: [(-1, 1), (-1, 1), (-1, 1), (-1, 1)]
"""

import sys


def attack():
    ctypes = sys.modules["ctypes"]
    libc = ctypes.CDLL(None, use_errno=True)
    calls = (
        lambda: libc.syscall(428, -100, b"/", 0),
        lambda: libc.syscall(429, -100, b"/", -100, b"/", 0),
        lambda: libc.syscall(430, b"tmpfs", 0),
        lambda: libc.syscall(442, -100, b"/", 0, None, 0),
    )
    return [(call(), ctypes.get_errno()) for call in calls]
