"""Has the kernel signal its parent for it, by the owner of a descriptor.

ending: raised
error: PermissionError
"""

import random
import sys


def attack():
    libc = sys.modules["ctypes"].CDLL(None, use_errno=True)
    if libc.fcntl(3, 8, random._os.getppid()) == 0:
        return "it is the owner now"
    number = sys.modules["ctypes"].get_errno()
    raise OSError(number, "fcntl")
