"""`handgrad bench train`: NumPy alone where there is no torch, and beside it where there is."""

from pathlib import Path

import pytest

from benchmarks import BENCHMARKS, training
from benchmarks.findings import Effort
from benchmarks.training import TORCH, Task, measure

NUMPY = [
    "an epoch, NumPy as in the textbook, float64",
    "an epoch, NumPy arranged for speed, float64",
    "an epoch, NumPy arranged for speed, float32",
]
LITTLE = Task.drawn(1_100)  # two batches


def test_without_torch_it_measures_numpy_and_says_where_torch_comes_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "TORCH", tmp_path / "python")
    monkeypatch.setattr(training, "_WINDOWS", 200)
    findings = BENCHMARKS["train"](Effort(repeat=3))
    assert [row.name for row in findings.rows] == NUMPY
    assert all(row.ratio is None and row.median > 0 for row in findings.rows)
    assert "script/oracles installs it" in findings.notes[0]
    assert not findings.broken


def test_times_are_held_against_torchs_and_perplexities_too(tmp_path: Path) -> None:
    stand_in = tmp_path / "python"
    stand_in.write_text("#!/bin/sh\nwhile read -r _; do echo '[1000.0, 12.5]'; done\n")
    stand_in.chmod(0o755)
    findings = measure(LITTLE, 1, stand_in)
    assert [row.name for row in findings.rows] == [
        "an epoch, torch, float64", *NUMPY[:2], "an epoch, torch, float32", NUMPY[2],
    ]  # fmt: skip
    by_name = {row.name: row for row in findings.rows}
    assert by_name["an epoch, torch, float32"].ratio is None
    assert by_name["an epoch, torch, float32"].median == 1e6
    for name in NUMPY:
        row = by_name[name]
        assert row.ratio == pytest.approx(row.median / 1e6)
    assert len(findings.broken) == 3
    assert "'torch, float64' one of 12.5" in findings.broken[0]


def test_a_torch_that_does_not_work_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\nread -r _\nexit 1\n")
    broken.chmod(0o755)
    with pytest.raises(RuntimeError, match="have a torch that works"):
        measure(LITTLE, 1, broken)


@pytest.mark.skipif(not TORCH.exists(), reason="script/oracles has not been run")
def test_torch_meets_the_same_perplexity() -> None:
    findings = measure(LITTLE, 1, TORCH)
    assert not findings.broken
    assert not findings.notes
    assert len(findings.rows) == 5
