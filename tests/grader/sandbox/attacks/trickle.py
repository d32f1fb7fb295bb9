"""Sends an answer byte by byte, so that its parent must look after each.

ending: time_limit
"""

import random
import struct


def attack():
    random._os.write(3, struct.pack("<BIII", 4, 10**6, 0, 0))
    while True:
        random._os.write(3, b"x")
