"""Returns a list that contains itself.

ending: unusable_value
says: nested too deep
"""


def attack():
    value = []
    value.append(value)
    return value
