"""Writes by a system call of the x32 architecture.

machine: x86_64
ending: died
error: SIGSYS
"""

import sys


def attack():
    return sys.modules["ctypes"].CDLL(None).syscall(0x40000001, 1, b"x", 1)
