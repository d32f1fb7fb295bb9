"""Prints a hidden input, in every way that it knows.

public: [("",)]
hidden: [("XYZZY",)]
ending: returned, returned
"""

import random
import sys
import traceback
import warnings


def attack(secret):
    print(secret, flush=True)
    sys.stderr.write(secret)
    warnings.warn(secret)
    try:
        raise ValueError(secret)
    except ValueError:
        traceback.print_exc()
    for descriptor in (1, 2):
        random._os.write(descriptor, secret.encode())
