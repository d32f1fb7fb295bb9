r"""Has more loops inside loops than Python's compiler can take.

ending: not_compiled
says: too many statically nested blocks
source: "def attack():\n" + "".join(" " * n + "for x in y:\n" for n in range(1, 50)) + " " * 50 + "pass"
"""
