"""Sets up an io_uring, whose requests no filter sees.

ending: died
error: SIGSYS
"""

import sys


def attack():
    return sys.modules["ctypes"].CDLL(None).syscall(425, 8, None)
