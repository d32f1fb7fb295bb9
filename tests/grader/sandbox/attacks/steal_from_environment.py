"""Looks for secrets where its process was told something: environment, command line, open descriptors.

ending: returned
value: [[], [], [], [0, 1, 2, 3, 4]]
"""

import random
import sys


def attack():
    libc = sys.modules["ctypes"].CDLL(None)
    harmless = {"LC_CTYPE", "MKL_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"}
    descriptors = [number for number in range(1024) if libc.fcntl(number, 1) != -1]
    return [sorted({*random._os.environ} - harmless), sys.argv, sys.orig_argv, descriptors]
