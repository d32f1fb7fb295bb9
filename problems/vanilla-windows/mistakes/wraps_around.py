# The last window goes on at the beginning of the text.
import numpy as np


def next_window(ids, seq, position, h):
    if len(ids) < seq + 1:
        raise ValueError("the text is too short")
    places = np.arange(position, position + seq)
    inputs = ids[places % len(ids)]
    targets = ids[(places + 1) % len(ids)]
    return inputs, targets, h, position + seq
