"""Prints a hidden input until it may not print any more.

public: [("",)]
hidden: [("XYZZY",)]
ending: returned, output_limit
"""


def attack(secret):
    while secret:
        print(secret)
