"""Sends a result that holds no value, and never returns.

ending: unusable_value
"""

import random
import struct


def attack():
    random._os.write(3, struct.pack("<BI", 4, 8) + b"\x02\x00\x00\x00\x63\x63\x63\x63")
    while True:
        pass
