"""Exits by a decorator while it is imported.

ending: raised
error: SystemExit
"""

import sys


@sys.exit
def attack():
    return 1
