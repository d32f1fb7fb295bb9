"""Raises an exception whose text is giant.

ending: raised
error: RuntimeError
says: xxx
"""


class Giant(RuntimeError):
    def __str__(self):
        return "x" * 10**7


def attack():
    raise Giant
