"""Opens a TCP socket.

ending: raised
error: PermissionError
"""

import sys


def attack():
    sys.modules["socket"].socket()
