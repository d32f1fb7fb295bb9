"""Counts the machine's cache misses with perf_event_open.

machine: x86_64
ending: returned
value: [-1, 1]
"""

import sys


def attack():
    ctypes = sys.modules["ctypes"]
    libc = ctypes.CDLL(None, use_errno=True)
    return [libc.syscall(298, ctypes.create_string_buffer(128), 0, -1, -1, 0), ctypes.get_errno()]
