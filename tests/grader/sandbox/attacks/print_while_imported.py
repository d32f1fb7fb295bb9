"""Prints forever while it is imported.

ending: output_limit
"""

while True:
    print("again")
