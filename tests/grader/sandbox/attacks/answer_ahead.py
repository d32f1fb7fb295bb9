"""Answers a later case ahead, of a kind that it can know: what it says counts for no more than an answer.

public: [(1,), (2,)]
ending: returned, returned
value: ["first", "second"]
"""

import random
import sys


def attack(number):
    inside = sys.modules["inside"]
    for value in ("first", "second"):
        random._os.write(3, inside.frames.frame(4, inside.wire.pack(("", value))))
    random._os._exit(0)
