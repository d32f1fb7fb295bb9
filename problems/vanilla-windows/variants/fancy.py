# By an array of places.
import numpy as np


def next_window(ids, seq, position, h):
    if ids.size <= seq:
        raise ValueError("too few ids")
    goes_on = position + seq + 1 < ids.size
    places = position * goes_on + np.arange(seq)
    return [ids[places], ids[places + 1], h * goes_on, int(places[-1]) + 1]
