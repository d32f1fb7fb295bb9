import numpy as np


def next_window(ids, seq, position, h):
    """What to train on next: a window of the text, and the state to start it from.

    ids       (N,)      the ids of the whole text
    seq       a number  how many ids a window reads
    position  a number  where the window should begin
    h         (n, 1)    the state in which the window before it ended

    Returns (inputs, targets, h, position): ids (seq,) and (seq,), the state (n, 1) to start from, and the
    position after this window. Raises ValueError when the text is too short for one window.
    """
    raise NotImplementedError
