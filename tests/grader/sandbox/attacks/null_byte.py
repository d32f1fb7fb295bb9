r"""Holds a NUL byte.

ending: not_compiled
source: "def attack():\n    return 1\0"
"""
