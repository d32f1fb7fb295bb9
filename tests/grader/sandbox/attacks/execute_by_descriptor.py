"""Becomes the program that an open descriptor stands for (execveat).

ending: raised
error: PermissionError
"""

import random


def attack():
    random._os.execve(3, ["x"], {})
