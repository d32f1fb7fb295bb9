"""Asks for input.

ending: raised
error: EOFError
"""


def attack():
    return input()
