"""Traces the sandbox's own code, and never lets it go on.

ending: time_limit
"""

import sys


def attack():
    def watch(frame, event, argument):
        while True:
            pass

    sys.settrace(watch)
    return 1
