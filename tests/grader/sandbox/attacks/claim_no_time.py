"""Stops the clock that it tells its time by, then never ends.

ending: time_limit
"""

import time


def attack():
    time.thread_time = time.process_time = time.perf_counter = lambda: 0.0
    while True:
        pass
