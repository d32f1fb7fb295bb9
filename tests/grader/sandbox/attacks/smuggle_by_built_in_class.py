"""Makes the exception class that is named after a hidden input one of the built-in ones.

public: [("",)]
hidden: [("XYZZY",)]
ending: returned, raised
error: LookupError
"""

import sys

builtins = sys.modules["builtins"]


def attack(secret):
    if secret:
        error = type(secret, (LookupError,), {})
        setattr(builtins, secret, error)
        raise error
