"""Takes the place of its own module; the function is looked for where it should have been.

ending: not_compiled
says: defines no function named attack
"""

import sys


class Module:
    def __getattr__(self, name):
        raise KeyboardInterrupt


sys.modules[__name__] = Module()
