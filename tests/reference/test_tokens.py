"""One-hot rows against torch's (recorded)."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from reference.tokens import one_hot

RECORDED: dict[str, Any] = json.loads(
    (Path(__file__).parent / "recorded" / "tokens.json").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("name", RECORDED)
@pytest.mark.parametrize("kind", [np.int64, np.int32, np.float64])
def test_agrees_with_torch(name: str, kind: type[np.generic]) -> None:
    recorded = RECORDED[name]
    X = np.array(recorded["X"]).astype(kind)
    np.testing.assert_array_equal(one_hot(X, recorded["V"]), recorded["rows"])


def test_multiplying_looks_up_a_row() -> None:
    W = np.arange(12.0).reshape(4, 3)
    X = np.array([[3, 0, 1], [2, 2, 0]])
    np.testing.assert_array_equal(one_hot(X, 4) @ W, W[X.T])


@pytest.mark.parametrize("wrong", [-1, -4, 4, 70])
def test_raises_for_an_id_that_no_token_has(wrong: int) -> None:
    with pytest.raises(ValueError, match="from 0 to 3"):
        one_hot(np.array([[0, 1], [wrong, 3]]), 4)
