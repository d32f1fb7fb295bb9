"""Returns an integer that says of itself that it is short.

ending: unusable_value
says: an integer that is too large
"""


class Short(int):
    def __int__(self):
        return 1 << 10**6

    def bit_length(self):
        return 1


def attack():
    return Short()
