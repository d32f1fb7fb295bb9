"""Raises an exception whose class raises another when its name is asked for.

ending: raised
error: Exception
"""


class Hostile(type):
    @property
    def __name__(self):
        raise RuntimeError


class Nameless(Exception, metaclass=Hostile):
    pass


def attack():
    raise Nameless
