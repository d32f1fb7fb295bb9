"""Returns an object whose class raises when it is looked up.

ending: raised
error: RuntimeError
"""


class Hostile(type):
    def __hash__(self):
        raise RuntimeError


class Value(metaclass=Hostile):
    pass


def attack():
    return Value()
