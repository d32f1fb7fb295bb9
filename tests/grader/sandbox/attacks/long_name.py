r"""Is one name, as long as code may be.

ending: raised
error: NameError
source: "def attack():\n    return " + "x" * 65_000
"""
