"""Writes a result on every descriptor it might have besides the private one.

ending: returned
value: 4
"""

import random
import struct


def attack():
    written = 0
    for descriptor in (0, 1, 2, *range(4, 300)):
        try:
            random._os.write(descriptor, struct.pack("<BIII", 4, 0, 0, 0))
            written += 1  # 0, 1 and 2 are /dev/null, 4 only rings
        except OSError:
            pass
    return written
