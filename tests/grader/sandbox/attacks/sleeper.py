"""Sleeps, which uses no CPU time.

ending: time_limit
"""

import time


def attack():
    time.sleep(1000)
