"""Has an exception that nobody catches handled by a hook that hangs.

ending: time_limit
"""

import sys


class Failing:
    def __del__(self):
        raise ValueError


def attack():
    def hang(unraisable):
        while True:
            pass

    sys.unraisablehook = hang
    Failing()
    return 1
