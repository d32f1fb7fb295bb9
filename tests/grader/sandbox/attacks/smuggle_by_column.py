"""Tells a hidden input as the place of a syntax error, long after its code was compiled.

public: [(0,)]
hidden: [(4711,)]
ending: returned, died
"""

import random
import sys


def attack(secret):
    if secret:
        inside = sys.modules["inside"]
        refused = inside.wire.pack(("SyntaxError", str(secret), secret, secret))
        random._os.write(3, inside.frames.frame(7, refused))
        random._os._exit(0)
