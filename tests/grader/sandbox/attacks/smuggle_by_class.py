"""Tells a hidden input as the name of an exception's class.

public: [("",)]
hidden: [("XYZZY",)]
ending: returned, raised
error: LookupError
"""


def attack(secret):
    if secret:
        raise type(secret, (LookupError,), {})
