"""Waits for a lock that nobody lets go.

ending: time_limit
"""

import sys


def attack():
    lock = sys.modules["_thread"].allocate_lock()
    lock.acquire()
    lock.acquire()
