"""Windows and batches against torch (recorded), and against what Python's own lists do."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference.batches import WindowDataset, batches, window_dataset

RECORDED: dict[str, Any] = json.loads(
    (Path(__file__).parent / "recorded" / "batches.json").read_text(encoding="utf-8")
)


def as_lists(pairs: list[Any]) -> list[Any]:
    return [[array.tolist() for array in pair] for pair in pairs]


@pytest.mark.parametrize("recorded", RECORDED["windows"])
def test_windows_are_those_of_torch(recorded: dict[str, Any]) -> None:
    dataset = WindowDataset(np.array(recorded["tokens"], dtype=np.int64), recorded["length"])
    wanted = recorded["windows"]
    assert len(dataset) == len(wanted)
    assert as_lists([dataset[i] for i in range(len(dataset))]) == wanted


whole = st.none() | st.integers(-12, 12)


@given(whole, whole, whole.filter(lambda step: step != 0))
def test_numbers_and_slices_mean_what_they_mean_for_a_list(
    start: int | None, stop: int | None, step: int | None
) -> None:
    tokens = np.arange(9) ** 2
    dataset = WindowDataset(tokens, 2)
    every = [dataset[i] for i in range(len(dataset))]
    numbers = np.arange(-len(every), len(every))
    count, items, sliced = window_dataset(tokens, 2, numbers, start, stop, step)
    assert count == len(every) == 7
    assert as_lists(items) == as_lists([every[i] for i in numbers])
    assert as_lists(sliced) == as_lists(every[start:stop:step])


@pytest.mark.parametrize("number", [3, -4, 100])
def test_there_is_no_such_window(number: int) -> None:
    with pytest.raises(IndexError, match=str(number)):
        WindowDataset(np.arange(5), 2)[number]


@pytest.mark.parametrize("length", [0, -1])
def test_a_window_holds_something(length: int) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        WindowDataset(np.arange(5), length)


@pytest.mark.parametrize("recorded", RECORDED["batches"])
def test_batches_are_those_of_torch(recorded: dict[str, Any]) -> None:
    found = batches(
        [np.array(sequence) for sequence in recorded["sequences"]],
        recorded["size"],
        np.array(recorded["permutation"]),
        recorded["pad_id"],
        recorded["drop_last"],
    )
    assert as_lists(found) == recorded["batches"]
    assert all(X.dtype == Y.dtype == np.int64 and mask.dtype == bool for X, Y, mask in found)


@pytest.mark.parametrize("size", [0, -2])
def test_a_batch_holds_something(size: int) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        batches([np.arange(3)], size, np.array([0]), pad_id=0, drop_last=False)
