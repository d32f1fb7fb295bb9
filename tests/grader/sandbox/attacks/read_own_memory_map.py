"""Reads its own memory map from /proc.

ending: raised
error: PermissionError
"""


def attack():
    return open("/proc/self/maps").read()
