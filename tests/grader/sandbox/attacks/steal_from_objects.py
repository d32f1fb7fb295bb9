"""Looks in all classes and in the frames that called it for code of the grader, which knows the answers.

ending: returned
value: ["inside", "student"]
"""

import sys


class Mine:
    pass


def attack():
    found, classes, frame = set(), [object], sys._getframe()
    for cls in classes:
        found.add(str(cls.__module__))
        classes += [inner for inner in type.__subclasses__(cls) if inner not in classes]
    while frame := frame.f_back:
        found.add(frame.f_globals["__name__"])
    known = {*sys.stdlib_module_names, "numpy", "__main__"}
    found = {name.partition(".")[0] for name in found if name in sys.modules} - known
    return sorted(name for name in found if "cython" not in name)
