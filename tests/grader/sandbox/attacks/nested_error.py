"""Raises an exception whose text is nested deeper than Python goes.

ending: raised
error: ValueError
"""


def attack():
    value = []
    for _ in range(100_000):
        value = [value]
    raise ValueError(value)
