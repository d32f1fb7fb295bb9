r"""Is nested deeper than Python's parser goes.

ending: not_compiled
source: "def attack():\n    return " + "(" * 5000 + ")" * 5000
"""
