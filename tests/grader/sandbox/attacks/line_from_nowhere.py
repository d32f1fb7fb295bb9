"""Raises in a line that no file has.

ending: raised
error: ZeroDivisionError
"""


def attack():
    code = compile("1 / 0", "student.py", "exec").replace(co_firstlineno=2**31 - 1)
    exec(code)
