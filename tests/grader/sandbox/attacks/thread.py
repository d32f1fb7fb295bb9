"""Starts a thread.

ending: raised
error: RuntimeError
says: can't start new thread
"""

import sys


def attack():
    sys.modules["_thread"].start_new_thread(print, ())
