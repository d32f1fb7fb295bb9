# The window moves on by one id.
import numpy as np


def next_window(ids, seq, position, h):
    if len(ids) < seq + 1:
        raise ValueError("the text is too short")
    if position + seq + 1 >= len(ids):
        position = 0
        h = np.zeros_like(h)
    inputs = ids[position : position + seq]
    targets = ids[position + 1 : position + seq + 1]
    return inputs, targets, h, position + 1
