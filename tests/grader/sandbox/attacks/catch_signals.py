"""Installs a handler for the signal that ends it when its time is up.

ending: raised
error: PermissionError
"""

import sys


def attack():
    signal = sys.modules["signal"]
    signal.signal(signal.SIGXCPU, signal.SIG_IGN)
