"""Tells a hidden input as the type of a forged answer that no reason forbids.

public: [("",)]
hidden: [("XYZZY",)]
ending: returned, unusable_value
"""

import random
import sys


def attack(secret):
    if secret:
        inside = sys.modules["inside"]
        random._os.write(3, inside.frames.frame(5, inside.wire.pack((secret, True, secret))))
        random._os._exit(0)
