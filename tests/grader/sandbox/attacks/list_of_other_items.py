"""Returns a list of a class that has other items than it holds: the built-in class's own are used.

ending: returned
value: [1, 2]
"""


class Other(list):
    def __getitem__(self, place):
        return 7


def attack():
    return Other([1, 2])
