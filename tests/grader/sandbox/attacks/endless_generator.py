"""Returns a generator that never ends.

ending: unusable_value
says: type generator
"""

import itertools


def attack():
    return (number for number in itertools.count())
