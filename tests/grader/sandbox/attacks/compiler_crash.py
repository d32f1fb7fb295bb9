r"""Has more unary operators than Python's compiler can take.

ending: not_compiled
source: "def attack():\n    return " + "-" * 30000 + "1"
"""
