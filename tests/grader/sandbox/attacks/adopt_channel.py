"""Makes a socket object of the private descriptor.

ending: raised
error: PermissionError
"""

import sys


def attack():
    return sys.modules["socket"].socket(fileno=3).recv(1000)
