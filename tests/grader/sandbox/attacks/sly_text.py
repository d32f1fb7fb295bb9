"""Returns text of a class that has its own idea of what it consists of.

ending: returned
value: {"key": "text"}
"""


class Sly(str):
    def encode(self, *arguments):
        return b"\xff" * 10**7

    def __len__(self):
        return -1


def attack():
    return {Sly("key"): Sly("text")}
