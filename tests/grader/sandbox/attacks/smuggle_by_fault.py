"""Tells a hidden input as the reason why the sandbox is broken.

public: [("",)]
hidden: [("XYZZY",)]
ending: returned, died
"""

import random
import sys


def attack(secret):
    if secret:
        inside = sys.modules["inside"]
        random._os.write(3, inside.frames.frame(11, inside.wire.pack([secret])))
        random._os._exit(0)
