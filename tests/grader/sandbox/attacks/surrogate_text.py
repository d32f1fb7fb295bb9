"""Returns half of a character.

ending: unusable_value
says: not valid Unicode
"""


def attack():
    return "\ud800"
