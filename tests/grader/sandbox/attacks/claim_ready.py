"""Says that it is ready for a job, in place of an answer.

ending: died
"""

import random
import sys


def attack():
    inside = sys.modules["inside"]
    random._os.write(3, inside.frames.frame(1, inside.wire.pack(["ready"])))
    random._os._exit(0)
