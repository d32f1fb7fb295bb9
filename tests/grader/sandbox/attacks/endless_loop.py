"""Never ends.

ending: time_limit
"""


def attack():
    while True:
        pass
