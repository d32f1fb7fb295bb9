"""Returns a view of memory.

ending: unusable_value
says: type memoryview
"""


def attack():
    return memoryview(bytearray(10**6))
