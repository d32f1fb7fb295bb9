"""Tells of an error in a megabyte of characters that are all unfit to show.

ending: raised
error: ValueError
"""

import random
import sys


def attack():
    inside = sys.modules["inside"]
    raised = inside.wire.pack(("", "ValueError", "ValueError", "\0" * 2**20, 1))
    data = inside.frames.frame(6, raised)
    while data:
        data = data[random._os.write(3, data) :]
    random._os._exit(0)
