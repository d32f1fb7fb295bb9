"""Imports the reference from where the sandbox's own code lies, by Python's own importers, which it puts back.

ending: raised
error: ModuleNotFoundError
says: No module named 'reference'
"""

import sys


def attack():
    machinery = sys.modules["importlib"].machinery
    sys.path[:] = [sys.modules["inside.wire"].__file__.partition("/grader/")[0]]
    sys.path_hooks[:] = [machinery.FileFinder.path_hook((machinery.SourceFileLoader, [".py"]))]
    sys.meta_path[:] = [machinery.BuiltinImporter, machinery.FrozenImporter, machinery.PathFinder]
    return sys.modules["importlib"].import_module("reference").__name__
