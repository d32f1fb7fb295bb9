# A function within, and two ways out.
import numpy as np


def next_window(ids, seq, position, h):
    N = len(ids)

    def cut(at):
        part = ids[at : at + seq + 1]
        return part[:-1], part[1:]

    if N - seq < 1:
        raise ValueError
    if N - position - seq <= 1:
        return (*cut(0), np.zeros(h.shape), seq)
    return (*cut(position), h, position + seq)
