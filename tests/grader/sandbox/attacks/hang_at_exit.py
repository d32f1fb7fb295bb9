"""Leaves an exit handler and a destructor behind that hang: nothing of Python runs at its end.

ending: raised
error: SystemExit
"""

import sys


class Hanging:
    def __del__(self):
        while True:
            pass


def attack():
    sys.hanging = Hanging()
    exits = sys.modules["importlib"].machinery.BuiltinImporter.load_module("atexit")
    exits.register(sys.hanging.__del__)
    sys.exit()
