"""Returns a list of a billion numbers that shares its parts.

ending: output_limit
"""


def attack():
    return [[[0.5] * 1000] * 1000] * 1000
