r"""Nests a formatted string deeper than Python's parser goes.

ending: not_compiled
says: nested too deeply
source: "def attack():\n    return f'" + "{1:" * 200 + "}" * 200 + "'"
"""
