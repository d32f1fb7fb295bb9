"""Kills itself as only the sandbox or the kernel does, so that it is not charged with it.

ending: raised
error: PermissionError
"""

import sys


def attack():
    sys.modules["signal"].pthread_kill(sys.modules["threading"].get_ident(), 9)
