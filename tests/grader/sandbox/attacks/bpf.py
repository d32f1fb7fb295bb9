"""Loads a program into the kernel with bpf.

machine: x86_64
ending: died
error: SIGSYS
"""

import sys


def attack():
    return sys.modules["ctypes"].CDLL(None).syscall(321, 0, None, 0)
