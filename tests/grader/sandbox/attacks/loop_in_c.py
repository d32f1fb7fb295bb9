"""Never ends in C code, where Python looks for nothing.

ending: time_limit
"""

import collections
import itertools


def attack():
    collections.deque(itertools.count(), 0)
