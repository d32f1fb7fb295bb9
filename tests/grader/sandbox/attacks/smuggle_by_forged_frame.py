"""Tells a hidden input in all places of a forged answer.

public: [("",)]
hidden: [("XYZZY",)]
ending: returned, raised
error: Exception
"""

import random
import sys


def attack(secret):
    if secret:
        inside = sys.modules["inside"]
        raised = inside.wire.pack((secret, secret, secret, secret, len(secret)))
        random._os.write(3, inside.frames.frame(6, raised))
        random._os._exit(0)
