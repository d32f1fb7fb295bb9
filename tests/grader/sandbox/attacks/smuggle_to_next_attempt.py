"""Keeps a hidden input for a public case of the next attempt.

public: [("",)]
hidden: [("XYZZY",)]
ending: returned, returned
value: ["", ""]
attempts: 2
"""

import sys


def attack(secret):
    found = getattr(sys, "kept", "")
    sys.kept = secret or found
    return found
