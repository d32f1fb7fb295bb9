"""Looks for the service's own modules.

ending: returned
value: []
"""

import sys


def attack():
    found = [name for name in sys.modules if name.partition(".")[0] in ("grader", "app", "reference", "tests")]
    for name in ("grader", "app", "reference"):
        try:
            found.append(sys.modules["importlib"].import_module(name).__name__)
        except ModuleNotFoundError:
            pass
    return found + sys.path
