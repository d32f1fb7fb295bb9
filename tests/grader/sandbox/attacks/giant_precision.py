"""Divides to more digits than there is memory.

ending: memory_limit
"""

import decimal


def attack():
    decimal.getcontext().prec = decimal.MAX_PREC
    return str(decimal.Decimal(1) / 3)
