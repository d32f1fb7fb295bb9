r"""Has the compiler warn of every line, with more text than may be printed.

ending: output_limit
source: "def attack():\n    return 1\n" + "1 is 1\n" * 1000
"""
