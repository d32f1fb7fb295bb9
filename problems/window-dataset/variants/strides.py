# A view of all windows of length + 1, which knows numbers and slices by itself; copies come back.
import numpy as np


class WindowDataset:
    def __init__(self, tokens, length):
        if length <= 0:
            raise ValueError("length must be positive")
        self.views = np.zeros((0, length + 1), dtype=int)
        if len(tokens) > length:
            self.views = np.lib.stride_tricks.sliding_window_view(tokens, length + 1)

    def __len__(self):
        return self.views.shape[0]

    def pair(self, window):
        return np.array(window[:-1]), np.array(window[1:])

    def __getitem__(self, which):
        found = self.views[which]
        return self.pair(found) if found.ndim == 1 else [self.pair(window) for window in found]


# Leave this as it is: the grader asks your class through it.
def window_dataset(tokens, length, items, start, stop, step):
    dataset = WindowDataset(tokens, length)
    asked = [dataset[int(i)] for i in items]
    return len(dataset), asked, dataset[start:stop:step]
