"""Asks for braces.

ending: not_compiled
says: not a chance
"""

from __future__ import braces


def attack():
    return 1
