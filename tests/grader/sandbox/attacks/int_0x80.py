"""Forks by a system call of 32 bits, jumping to an instruction for it that Python's code holds by chance.

machine: x86_64
ending: died
error: SIGSYS
"""

import sys


def attack():
    ctypes = sys.modules["ctypes"]
    place = ctypes.cast(ctypes.pythonapi.PyLong_FromLong, ctypes.c_void_p).value
    while (found := ctypes.string_at(place, 4096).find(b"\xcd\x80")) < 0:
        place += 4096
    # The number of the system call is how many arguments are floating: 2 is fork.
    return ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_double, ctypes.c_double)(place + found)(0.0, 0.0)
