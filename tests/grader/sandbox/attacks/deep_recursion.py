"""Recurses in C code until the stack is gone.

ending: died
error: SIGSEGV
"""

import json
import sys


def attack():
    sys.setrecursionlimit(10**9)
    value = []
    for _ in range(200_000):
        value = [value]
    return len(json.dumps(value))
