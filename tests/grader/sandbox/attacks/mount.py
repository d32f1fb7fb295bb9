"""Mounts a file system.

ending: died
error: SIGSYS
"""

import sys


def attack():
    return sys.modules["ctypes"].CDLL(None).mount(b"none", b"/tmp", b"tmpfs", 0, None)
