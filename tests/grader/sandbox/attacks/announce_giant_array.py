"""Announces an array whose size overflows.

ending: unusable_value
says: What came back is no value.
"""

import random
import struct
import sys


def attack():
    array = struct.pack("<BBBB4Q", 11, 0, 0, 4, *[2**63] * 4)
    random._os.write(3, sys.modules["inside.frames"].frame(4, struct.pack("<IBI", 2, 5, 0) + array))
    random._os._exit(0)
