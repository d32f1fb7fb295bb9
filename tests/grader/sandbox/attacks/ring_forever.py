"""Rings its bell forever, so that its parent has no time for anybody else.

ending: time_limit
"""

import random


def attack():
    while True:
        random._os.write(4, b"!")
