"""Announces four gigabytes.

ending: output_limit
"""

import random
import struct


def attack():
    random._os.write(3, struct.pack("<BIII", 4, 0xFFFFFFFF, 0, 0))
    random.seed()
    while True:
        random._os.write(3, b"x" * 1000)
