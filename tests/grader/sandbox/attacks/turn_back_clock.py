"""Turns back the clock that it tells its time by, so that its answer took less than nothing.

ending: died
"""

import time


def attack():
    time.thread_time = time.perf_counter = lambda: -1.0
    return 1
