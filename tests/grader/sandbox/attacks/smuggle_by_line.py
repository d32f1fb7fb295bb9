"""Fails in the line whose number is a hidden input.

public: [(0,)]
hidden: [(4710,)]
ending: raised, raised
error: ZeroDivisionError
"""


def attack(secret):
    exec(compile("\n" * secret + "1 / 0", "student.py", "exec"))
