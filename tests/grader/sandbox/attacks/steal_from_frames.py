"""Walks the frames that called it for a hidden input, in a public case and in the hidden one.

public: [(0,)]
hidden: [(123456789,)]
ending: returned, returned
value: [False, True]
"""

import sys


def attack(number):
    frame, seen = sys._getframe(), b""
    while frame := frame.f_back:
        if "conversation" in frame.f_locals:
            seen += bytes(frame.f_locals["conversation"]._view)
    return (123456789).to_bytes(4, "little") in seen
