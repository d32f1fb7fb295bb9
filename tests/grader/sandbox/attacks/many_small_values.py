"""Returns more small values than the parent wants to decode.

ending: unusable_value
says: too many values
"""


def attack():
    return [None] * 100_000
