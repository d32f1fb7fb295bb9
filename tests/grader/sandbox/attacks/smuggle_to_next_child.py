"""Dies in a hidden case, and tells of it when its module is imported again.

public: [("",)]
hidden: [("XYZZY",), ("PLUGH",)]
ending: returned, died, raised
error: ValueError
"""

import random
import sys


public = hasattr(sys, "kept")


def attack(secret):
    sys.kept = secret
    if secret == "XYZZY":
        random._os._exit(0)
    if secret:
        raise ValueError(secret, public)
