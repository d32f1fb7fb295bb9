"""Reads address 0.

ending: died
error: SIGSEGV
"""

import sys


def attack():
    return sys.modules["ctypes"].string_at(0)
