"""Returns a dictionary whose key says of itself that it is text.

ending: raised
error: TypeError
"""


class Key:
    __class__ = str


def attack():
    return {Key(): 1}
