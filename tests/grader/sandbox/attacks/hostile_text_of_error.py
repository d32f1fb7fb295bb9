"""Raises an exception whose text raises another.

ending: raised
error: RuntimeError
"""


class Hostile(RuntimeError):
    def __str__(self):
        raise KeyboardInterrupt


def attack():
    raise Hostile
