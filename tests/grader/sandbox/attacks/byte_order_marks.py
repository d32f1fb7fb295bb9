r"""Begins with more than one byte order mark.

ending: not_compiled
says: U+FEFF
source: "\ufeff\ufeff\ufeffdef attack():\n    return 1"
"""
