# Nothing starts over; past the end the last whole window is read again.
import numpy as np


def next_window(ids, seq, position, h):
    if len(ids) < seq + 1:
        raise ValueError("the text is too short")
    position = min(position, len(ids) - seq - 1)
    inputs = ids[position : position + seq]
    targets = ids[position + 1 : position + seq + 1]
    return inputs, targets, h, position + seq
