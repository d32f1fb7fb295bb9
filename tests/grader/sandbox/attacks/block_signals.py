"""Blocks the signal that ends it when its time is up.

ending: raised
error: PermissionError
"""

import sys


def attack():
    signal = sys.modules["signal"]
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGXCPU})
