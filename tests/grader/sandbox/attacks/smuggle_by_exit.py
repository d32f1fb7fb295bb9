"""Tells a hidden input by how it dies: with a status, or by a signal.

public: [(0,)]
hidden: [(77,), (78,)]
ending: returned, died, died
"""

import random


def attack(secret):
    if secret == 77:
        random._os._exit(secret)
    if secret == 78:
        random._os.abort()
