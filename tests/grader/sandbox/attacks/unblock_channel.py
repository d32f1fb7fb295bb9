"""Makes the private descriptor return at once, for the parent's end as well if that were shared.

ending: raised
error: PermissionError
"""

import random


def attack():
    random._os.set_blocking(3, False)
