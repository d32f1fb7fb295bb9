"""Replaces what encodes its answer by something that writes nonsense.

ending: unusable_value
says: What came back is no value.
"""

import sys


def attack():
    sys.modules["inside.wire"].pack = lambda *arguments, **options: b"\xff" * 20
    return 1
