# Numbers beyond the last window give what is left of the text.
class WindowDataset:
    def __init__(self, tokens, length):
        if length < 1:
            raise ValueError("a window holds at least one token")
        self.tokens = tokens
        self.length = length

    def __len__(self):
        return max(0, len(self.tokens) - self.length)

    def __getitem__(self, i):
        if isinstance(i, slice):
            return [self[j] for j in range(*i.indices(len(self)))]
        if i < 0:
            i += len(self)
        if i < 0:
            raise IndexError("there is no such window")
        return self.tokens[i : i + self.length], self.tokens[i + 1 : i + self.length + 1]


# Leave this as it is: the grader asks your class through it.
def window_dataset(tokens, length, items, start, stop, step):
    dataset = WindowDataset(tokens, length)
    asked = [dataset[int(i)] for i in items]
    return len(dataset), asked, dataset[start:stop:step]
