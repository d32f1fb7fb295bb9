"""Opens a file of the host.

ending: raised
error: PermissionError
"""


def attack():
    return open("/etc/passwd").read()
