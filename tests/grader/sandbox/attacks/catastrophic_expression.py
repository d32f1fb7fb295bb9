"""Matches a regular expression that takes exponential time, in C code that heeds nobody.

ending: time_limit
"""

import re


def attack():
    return re.match("(a+)+$", "a" * 40 + "!")
