"""Answers while it is imported, and ends before it could be called.

ending: returned
value: 42
"""

import random
import sys

inside = sys.modules["inside"]
random._os.write(3, inside.frames.frame(3) + inside.frames.frame(4, inside.wire.pack(("", 42))))
random._os._exit(0)


def attack():
    return 1
