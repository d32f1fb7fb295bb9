"""Makes itself readable and traceable for other processes again.

ending: returned
value: [-1, 1]
"""

import sys


def attack():
    ctypes = sys.modules["ctypes"]
    libc = ctypes.CDLL(None, use_errno=True)
    return [libc.prctl(4, 1, 0, 0, 0), ctypes.get_errno()]
