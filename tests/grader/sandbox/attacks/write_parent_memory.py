"""Writes to its parent's memory with process_vm_writev.

ending: died
error: SIGSYS
"""

import random
import sys


def attack():
    return sys.modules["ctypes"].CDLL(None).process_vm_writev(random._os.getppid(), 0, 0, 0, 0, 0)
