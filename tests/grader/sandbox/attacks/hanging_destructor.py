"""Returns a value after which a destructor hangs.

ending: time_limit
"""


class Hanging:
    def __del__(self):
        while True:
            pass


def attack():
    hanging = Hanging()
    return 1
