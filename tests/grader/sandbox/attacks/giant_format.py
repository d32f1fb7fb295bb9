"""Formats a number in a field of a trillion characters.

ending: memory_limit
"""


def attack():
    return "%1000000000000d" % 1
