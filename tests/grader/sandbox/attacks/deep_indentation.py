r"""Is indented deeper than Python's parser goes.

ending: not_compiled
says: too many levels of indentation
source: "def attack():\n" + "".join(" " * n + "if 1:\n" for n in range(1, 200)) + " " * 200 + "pass"
"""
