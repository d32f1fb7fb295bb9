"""Leaves a mark in every module for a later attempt, and looks for one.

attempts: 2
ending: returned
value: []
"""

import sys


def attack():
    modules = [module for module in sys.modules.values() if type(module) is type(sys)]
    found = [module.__name__ for module in modules if "left_by_an_attempt" in vars(module)]
    for module in modules:
        vars(module)["left_by_an_attempt"] = True
    return found
