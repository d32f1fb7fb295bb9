"""Lowers its CPU limit to nothing, which kills it at once, as only the sandbox or the kernel does.

ending: raised
error: ValueError
"""

import sys


def attack():
    resource = sys.modules["resource"]
    resource.setrlimit(resource.RLIMIT_CPU, (0, 0))
    while True:
        pass
