"""Takes all memory there is in small pieces, so that none is left for an answer.

ending: memory_limit
"""

kept = []


def attack():
    while True:
        kept.append(bytes(400))
