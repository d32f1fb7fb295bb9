"""Asks for the digits of a number, without the limit that Python has for that.

ending: time_limit
"""

import sys


def attack():
    sys.set_int_max_str_digits(0)
    return str(1 << 10**7)
