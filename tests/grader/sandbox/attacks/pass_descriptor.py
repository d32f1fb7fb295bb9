"""Passes and takes descriptors by the private one (SCM_RIGHTS).

ending: returned
value: [(-1, 1), (-1, 1)]
"""

import sys


def attack():
    ctypes = sys.modules["ctypes"]
    libc = ctypes.CDLL(None, use_errno=True)
    calls = (
        lambda: libc.sendmsg(3, None, 0),
        lambda: libc.recvmsg(3, None, 0),
    )
    return [(call(), ctypes.get_errno()) for call in calls]
