"""Says that the sandbox is broken, as it does before a job, so that nobody charges it.

ending: died
"""

import random
import sys


def attack():
    inside = sys.modules["inside"]
    random._os.write(3, inside.frames.frame(11, inside.wire.pack(["OSError: seccomp"])))
    random._os._exit(0)
