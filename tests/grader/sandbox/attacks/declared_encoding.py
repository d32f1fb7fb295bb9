r"""Declares an encoding in which its comment is code.

ending: returned
value: 1
source: "# coding: utf-7\ndef attack():\n    return 1\n#+AAo-attack = None"
"""
