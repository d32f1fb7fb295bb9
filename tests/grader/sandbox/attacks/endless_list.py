"""Returns a list of a class whose iteration never ends: the built-in class's own is used.

ending: returned
value: [1, 2]
"""


class Endless(list):
    def __iter__(self):
        while True:
            yield 0

    def __len__(self):
        return 10**9


def attack():
    return Endless([1, 2])
