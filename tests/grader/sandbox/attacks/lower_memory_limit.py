"""Lowers its own memory limit until nothing is left to answer with.

ending: memory_limit
"""

import sys


def attack():
    resource = sys.modules["resource"]
    resource.setrlimit(resource.RLIMIT_AS, (0, 0))
    return "x" * 10**6
