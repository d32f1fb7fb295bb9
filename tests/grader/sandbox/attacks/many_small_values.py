"""Returns more small values than the parent wants to decode.

ending: unusable_value
says: more than 65536 values
"""


def attack():
    return [None] * 100_000
