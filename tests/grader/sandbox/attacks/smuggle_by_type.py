"""Tells a hidden input as the name of a type that cannot be compared.

public: [("",)]
hidden: [("XYZZY",)]
ending: returned, unusable_value
says: A value cannot be compared
"""


def attack(secret):
    return type(secret, (), {})() if secret else None
