"""Leaves a file behind for a later attempt to read.

ending: raised
error: PermissionError
attempts: 2
"""


def attack():
    with open("/dev/shm/mark", "x") as file:
        file.write("mark")
