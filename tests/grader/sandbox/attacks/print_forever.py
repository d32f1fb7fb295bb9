"""Prints forever.

ending: output_limit
"""


def attack():
    while True:
        try:
            print("again")
        except BaseException:
            pass
