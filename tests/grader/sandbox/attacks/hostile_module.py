"""Takes the place of its own module, where the function is looked for.

ending: raised
error: KeyboardInterrupt
"""

import sys


class Module:
    def __getattr__(self, name):
        raise KeyboardInterrupt


sys.modules[__name__] = Module()
