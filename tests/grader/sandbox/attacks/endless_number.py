"""Returns a number whose value never ends to be found.

ending: time_limit
"""


class Endless(float):
    def __float__(self):
        while True:
            pass


def attack():
    return [Endless(1.0)]
