"""Imports a module that is loaded but not on the list.

ending: raised
error: ModuleNotFoundError
says: You can import: numpy,
"""

import os


def attack():
    return os.getcwd()
