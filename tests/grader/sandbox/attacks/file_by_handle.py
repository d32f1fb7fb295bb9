"""Opens a file by its number, past every folder.

ending: returned
value: [(-1, 1), (-1, 1)]
"""

import sys


def attack():
    ctypes = sys.modules["ctypes"]
    libc = ctypes.CDLL(None, use_errno=True)
    room = ctypes.create_string_buffer(256)
    calls = (
        lambda: libc.name_to_handle_at(-100, b"/", room, room, 0),
        lambda: libc.open_by_handle_at(-100, room, 0),
    )
    return [(call(), ctypes.get_errno()) for call in calls]
