"""Deletes a file.

ending: raised
error: PermissionError
"""

import random


def attack():
    random._os.unlink("/tmp/anything")
