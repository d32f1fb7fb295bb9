"""Fills the memory with classes while it is imported.

ending: memory_limit
"""

kept = []
while True:

    class Again:
        kept.append(bytes(10**6))
