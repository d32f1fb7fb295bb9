"""Announces more than it sends, then exits.

ending: died
error: exit
"""

import random
import struct


def attack():
    random._os.write(3, struct.pack("<BIII", 4, 100, 0, 0) + b"x")
    random._os._exit(0)
