"""Returns an object whose type's name is a terminal's command.

ending: unusable_value
says: A value of type [31mred cannot be compared
"""


def attack():
    return type("\33[31m\u202ered", (), {})()
