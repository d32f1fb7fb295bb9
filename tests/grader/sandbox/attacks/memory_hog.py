"""Takes all memory there is, and keeps it.

ending: memory_limit
"""

import numpy as np

kept = []


def attack():
    while True:
        kept.append(np.empty(10**6))
