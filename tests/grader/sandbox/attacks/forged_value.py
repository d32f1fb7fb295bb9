"""Sends a result that holds no value, and never returns.

ending: unusable_value
"""

import random
import sys


def attack():
    forge = sys.modules["inside.frames"].frame
    random._os.write(3, forge(4, b"\x02\x00\x00\x00\x63\x63\x63\x63"))
    random._os.write(4, b"!")
    while True:
        pass
