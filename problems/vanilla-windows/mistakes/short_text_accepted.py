# Too short a text is not refused.
import numpy as np


def next_window(ids, seq, position, h):
    if position + seq + 1 >= len(ids):
        position = 0
        h = np.zeros_like(h)
    inputs = ids[position : position + seq]
    targets = ids[position + 1 : position + seq + 1]
    return inputs, targets, h, position + seq
