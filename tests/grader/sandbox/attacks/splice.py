"""Moves bytes by reference: tee, splice and vmsplice, into its bell.

ending: returned
value: [(-1, 1), (-1, 1), (-1, 1)]
"""

import sys


def attack():
    ctypes = sys.modules["ctypes"]
    libc = ctypes.CDLL(None, use_errno=True)
    calls = (
        lambda: libc.tee(3, 4, 1, 0),
        lambda: libc.splice(3, None, 4, None, 1, 0),
        lambda: libc.vmsplice(4, None, 0, 0),
    )
    return [(call(), ctypes.get_errno()) for call in calls]
