r"""Holds half of a character.

ending: not_compiled
source: "def attack():\n    return '\ud800'"
"""
