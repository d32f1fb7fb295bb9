"""Makes a pair of UNIX sockets.

ending: raised
error: PermissionError
"""

import sys


def attack():
    sys.modules["socket"].socketpair()
