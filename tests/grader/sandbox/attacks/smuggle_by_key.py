"""Tells a hidden input as the name of the type of a dictionary's key.

public: [("",)]
hidden: [("XYZZY",)]
ending: returned, unusable_value
says: A dictionary's key is not text.
"""


def attack(secret):
    return {type(secret, (), {})(): 1} if secret else None
