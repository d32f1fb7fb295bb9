"""Tells a hidden input in the message of an exception, and in one of Python's own.

public: [("",)]
hidden: [("XYZZY",)]
ending: returned, raised
error: ModuleNotFoundError
"""


def attack(secret):
    if secret:
        __import__(secret)
