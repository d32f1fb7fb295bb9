"""Calls itself, without the limit that Python has for that.

ending: memory_limit or time_limit
"""

import sys


def attack():
    sys.setrecursionlimit(10**9)
    attack()
