"""Answers a hidden case before it was asked.

public: [("",)]
hidden: [("XYZZY",)]
ending: died, returned
value: [None, 1]
"""

import random
import sys


def attack(text):
    inside = sys.modules["inside"]
    if not text:
        random._os.write(3, 2 * inside.frames.frame(4, inside.wire.pack(("", 42))))
        random._os._exit(0)
    return 1
