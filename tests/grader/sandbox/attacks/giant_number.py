r"""Has a number in it whose conversion would take quadratic time.

ending: not_compiled
says: Exceeds the limit
source: "def attack():\n    return " + "9" * 60_000
"""
