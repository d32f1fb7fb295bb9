"""Looks for anything in its process besides Python and NumPy, and for the way to the service's modules.

ending: returned
value: ["inside", "student"]
"""

import sys


def attack():
    found = {name.partition(".")[0] for name in sys.modules}
    for name in ("grader", "app", "reference", "pydantic"):
        try:
            found.add(sys.modules["importlib"].import_module(name).__name__)
        except ModuleNotFoundError:
            pass
    known = {*sys.stdlib_module_names, "numpy", "__main__"}
    return sorted(name for name in found - known if "cython" not in name) + sys.path
