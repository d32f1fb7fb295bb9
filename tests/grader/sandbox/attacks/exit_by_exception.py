"""Exits by SystemExit.

ending: raised
error: SystemExit
"""

import sys


def attack():
    sys.exit(0)
