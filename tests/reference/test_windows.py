"""Windows against torch's unfold (recorded)."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from reference.windows import windows

RECORDED: dict[str, Any] = json.loads(
    (Path(__file__).parent / "recorded" / "windows.json").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("name", RECORDED)
def test_agrees_with_torch(name: str) -> None:
    recorded = RECORDED[name]
    counts = recorded["n_train"], recorded["n_val"]
    found = windows(np.array(recorded["corpus"]), recorded["num_steps"], *counts)
    for value, wanted, rows in zip(found, recorded["windows"], np.repeat(counts, 2), strict=True):
        np.testing.assert_array_equal(value, np.reshape(wanted, (rows, recorded["num_steps"])))


@pytest.mark.parametrize("counts", [(6, 0), (3, 3), (0, 6)])
def test_raises_when_the_corpus_is_too_short(counts: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="make 5 windows"):
        windows(np.arange(9), 4, *counts)


def test_a_corpus_shorter_than_a_window_makes_none() -> None:
    assert [part.shape for part in windows(np.arange(3), 5, 0, 0)] == [(0, 5)] * 4
    with pytest.raises(ValueError, match="make 0 windows"):
        windows(np.arange(3), 5, 1, 0)


def test_windows_are_copies() -> None:
    corpus = np.arange(8)
    for part in windows(corpus, 2, 3, 3):
        part[...] = -1
    np.testing.assert_array_equal(corpus, np.arange(8))
