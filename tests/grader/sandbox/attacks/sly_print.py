"""Prints more than it may, as text that says of itself that it is empty.

ending: returned
value: 1
"""

import sys


class Sly(str):
    def encode(self, *arguments):
        return b""

    def __len__(self):
        return 0


def attack():
    sys.stdout.write(Sly("x" * 100_000))
    return 1
