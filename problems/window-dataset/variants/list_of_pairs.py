# All windows made beforehand, and Python's own list does the rest.
class WindowDataset:
    def __init__(self, tokens, length):
        if not length > 0:
            raise ValueError("length")
        self.pairs = []
        for end in range(length, len(tokens)):
            first = end - length
            self.pairs.append((tokens[first:end], tokens[first + 1 : end + 1]))

    def __len__(self):
        return len(self.pairs)

    def __getitem__(self, i):
        return self.pairs[i]


# Leave this as it is: the grader asks your class through it.
def window_dataset(tokens, length, items, start, stop, step):
    dataset = WindowDataset(tokens, length)
    asked = [dataset[int(i)] for i in items]
    return len(dataset), asked, dataset[start:stop:step]
