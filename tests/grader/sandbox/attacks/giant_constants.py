r"""Has the compiler work out constants that would fill its memory: it leaves them for later.

ending: returned
value: 1
source: "def attack():\n    return 1\n    (1 << 10**12, 'x' * 10**12, (0,) * 10**12, 9**9**9, '%1000000000000d' % 1)"
"""
