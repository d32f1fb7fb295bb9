"""Returns an object that says of itself that it is a list, whose class has no name.

ending: unusable_value
says: A value of type  cannot be compared
"""


def attack():
    return type("", (), {"__class__": list, "__len__": lambda self: 10**9})()
