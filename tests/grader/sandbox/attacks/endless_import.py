"""Never ends while it is imported.

ending: time_limit
"""

while True:
    pass


def attack():
    return 1
