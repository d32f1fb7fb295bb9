"""Changes its root folder, by which some find a way out of theirs.

ending: raised
error: PermissionError
"""

import random


def attack():
    random._os.chroot("/nowhere")
