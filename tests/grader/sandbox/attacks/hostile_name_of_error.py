"""Raises an exception whose class raises another when its name is asked for, or compared with any.

ending: raised
error: Exception
"""


class Hostile(type):
    @property
    def __name__(self):
        raise RuntimeError

    def __hash__(self):
        raise RuntimeError

    def __eq__(self, other):
        raise RuntimeError


class Nameless(Exception, metaclass=Hostile):
    pass


def attack():
    raise Nameless
