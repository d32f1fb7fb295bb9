"""Announces four billion values in an answer of a few bytes.

ending: unusable_value
says: What came back is no value.
"""

import random
import sys


def attack():
    value = b"\x01\0\0\0" + b"\x06\xff\xff\xff\xff"
    random._os.write(3, sys.modules["inside.frames"].frame(4, value))
    random._os._exit(0)
