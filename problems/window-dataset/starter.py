class WindowDataset:
    """All overlapping windows of a text: inputs and targets.

    tokens  (n,)  integers
    length  int   how many inputs, and how many targets, each has

    Raises ValueError if length is below 1.
    """

    def __init__(self, tokens, length):
        raise NotImplementedError

    def __len__(self):
        """How many windows there are."""
        raise NotImplementedError

    def __getitem__(self, i):
        """Window i: a pair (inputs, targets), both (length,).

        For a slice, a list of such pairs. A negative i counts from
        the last window. Raises IndexError if there is no window i.
        """
        raise NotImplementedError


# Leave this as it is: the grader asks your class through it.
def window_dataset(tokens, length, items, start, stop, step):
    dataset = WindowDataset(tokens, length)
    asked = [dataset[int(i)] for i in items]
    return len(dataset), asked, dataset[start:stop:step]
