"""Writes two results of its own on the private descriptor, where one is due.

ending: died
"""

import random
import struct


def attack():
    forged = struct.pack("<BII", 4, 4, 0)
    random._os.write(3, forged + forged)
    return 1
