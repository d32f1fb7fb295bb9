"""Raises what Python takes for a wish to end it.

ending: raised
error: KeyboardInterrupt
"""


def attack():
    raise KeyboardInterrupt
