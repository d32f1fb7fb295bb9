# A range of starts, which Python itself indexes and slices.
class WindowDataset:
    def __init__(self, tokens, length):
        if length < 1:
            raise ValueError("at least one token")
        self.tokens, self.length = tokens, length
        self.starts = range(len(tokens) - length)

    def __len__(self):
        return len(self.starts)

    def __getitem__(self, which):
        start = self.starts[which]
        if isinstance(start, range):
            return [self.cut(one) for one in start]
        return self.cut(start)

    def cut(self, start):
        x = self.tokens[start:][: self.length]
        y = self.tokens[start + 1 :][: self.length]
        return x.copy(), y.copy()


# Leave this as it is: the grader asks your class through it.
def window_dataset(tokens, length, items, start, stop, step):
    dataset = WindowDataset(tokens, length)
    asked = [dataset[int(i)] for i in items]
    return len(dataset), asked, dataset[start:stop:step]
