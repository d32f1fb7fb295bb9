"""Raises an exception whose text never ends.

ending: time_limit
"""


class Hostile(RuntimeError):
    def __str__(self):
        while True:
            pass


def attack():
    raise Hostile
