"""Opens a file through the os module that another module holds.

ending: raised
error: PermissionError
"""

import random


def attack():
    os = random._os
    return os.read(os.open("/etc/passwd", os.O_RDONLY), 10)
