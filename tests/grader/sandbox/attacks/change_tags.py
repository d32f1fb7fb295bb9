"""Changes how values are written, so that a wrong one arrives as another: it is no more than that.

ending: returned
value: True
"""

import sys


def attack():
    tags = sys.modules["inside.wire"]._TAGS
    tags[1], tags[2] = tags[2], tags[1]
    return False
