"""Has Python compile what is nested too deep, by a call.

ending: raised
error: SyntaxError
says: too many nested parentheses
"""


def attack():
    return eval("(" * 10_000 + ")" * 10_000)
