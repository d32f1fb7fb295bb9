"""From token ids to what a training loop reads: windows of one long text, and batches of many short ones.

In both, the targets are the inputs moved on by one: at every place stands the token that comes next.
"""

from collections.abc import Sequence
from typing import Any, overload

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
Pair = tuple[Array, Array]  # inputs and targets, both (length,)


class WindowDataset:
    """Every window of `length` tokens that has a successor for each of them, by its number.

    Window i holds the inputs ``tokens[i : i + length]`` and the targets ``tokens[i + 1 : i + length + 1]``.
    Raises ValueError for a length below 1.
    """

    def __init__(self, tokens: Array, length: int) -> None:
        if length < 1:
            raise ValueError(f"a window of {length} tokens holds nothing; make it at least 1")
        self._tokens = tokens  # (n,)
        self._length = length

    def __len__(self) -> int:
        """How many windows there are: none if the text is too short for one."""
        return max(0, len(self._tokens) - self._length)  # the last token is a target only

    @overload
    def __getitem__(self, which: int) -> Pair: ...

    @overload
    def __getitem__(self, which: slice) -> list[Pair]: ...

    def __getitem__(self, which: int | slice) -> Pair | list[Pair]:
        """One window, or a list of those that a slice names.

        A negative number counts from the end. Raises IndexError where there is no such window.
        """
        if isinstance(which, slice):
            return [self[i] for i in range(len(self))[which]]
        start = which + len(self) if which < 0 else which
        if not 0 <= start < len(self):
            raise IndexError(f"there is no window {which} among {len(self)}")
        end = start + self._length
        return self._tokens[start:end], self._tokens[start + 1 : end + 1]


def window_dataset(
    tokens: Array, length: int, items: Array, start: int | None, stop: int | None, step: int | None
) -> tuple[int, list[Pair], list[Pair]]:
    """How many windows there are, those numbered by `items`, and those of a slice.

    Raises ValueError for a length below 1, and IndexError where there is no window of a number.
    """
    dataset = WindowDataset(tokens, length)
    return len(dataset), [dataset[int(i)] for i in items], dataset[start:stop:step]


def padded(sequences: Sequence[Array], pad_id: int) -> tuple[Array, Array, Array]:
    """Sequences as the rows of X, Y and mask, all (B, T), where T is the longest one's length less one.

    Row by row, X holds all tokens but the last and Y all but the first; behind them pad_id fills both, and
    there the mask is False.
    """
    steps = max(len(sequence) for sequence in sequences) - 1
    X = np.full((len(sequences), steps), pad_id)  # (B, T)
    Y = np.full((len(sequences), steps), pad_id)
    mask = np.zeros((len(sequences), steps), dtype=bool)
    for row, sequence in enumerate(sequences):
        n = len(sequence) - 1
        X[row, :n] = sequence[:-1]
        Y[row, :n] = sequence[1:]
        mask[row, :n] = True
    return X, Y, mask


def batches(
    sequences: Sequence[Array], size: int, rng_permutation: Array, pad_id: int, drop_last: bool
) -> list[tuple[Array, Array, Array]]:
    """``(X, Y, mask)`` for each `size` sequences in the order of rng_permutation, padded to their longest.

    The last batch may hold fewer, or be dropped if it does. Raises ValueError for a size below 1.
    """
    if size < 1:
        raise ValueError(f"a batch of {size} sequences holds nothing; make it at least 1")
    groups = [rng_permutation[start : start + size] for start in range(0, len(rng_permutation), size)]
    return [
        padded([sequences[i] for i in group], pad_id)
        for group in groups
        if len(group) == size or not drop_last
    ]
