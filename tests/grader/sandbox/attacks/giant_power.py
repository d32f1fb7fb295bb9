"""Asks for a number of 370 million digits.

ending: time_limit
"""


def attack():
    return 9**9**9
