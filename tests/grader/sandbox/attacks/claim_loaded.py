"""Says that its modules are loaded, in place of an answer.

ending: died
"""

import random
import sys


def attack():
    random._os.write(3, sys.modules["inside.frames"].frame(3))
    random._os._exit(0)
