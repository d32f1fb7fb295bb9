"""Returns more text than it may.

ending: output_limit
"""


def attack():
    return "x" * 10**7
