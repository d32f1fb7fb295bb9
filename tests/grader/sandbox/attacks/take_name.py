"""Takes the name of the service, as ps shows it.

ending: returned
value: [-1, 1]
"""

import sys


def attack():
    ctypes = sys.modules["ctypes"]
    libc = ctypes.CDLL(None, use_errno=True)
    return [libc.prctl(15, b"handgrad", 0, 0, 0), ctypes.get_errno()]
