"""Attaches to its parent with ptrace.

ending: died
error: SIGSYS
"""

import random
import sys


def attack():
    return sys.modules["ctypes"].CDLL(None).ptrace(16, random._os.getppid(), 0, 0)
