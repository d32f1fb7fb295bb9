"""Has Python call it in all that the sandbox's own code does, and raises there.

ending: died
error: exit
"""

import sys


def attack():
    def watch(frame, event, argument):
        if frame.f_code.co_name == "send":
            raise SystemExit

    sys.setprofile(watch)
    return 1
