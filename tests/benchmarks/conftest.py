"""`handgrad bench` in a process of its own, as its users start it, and what its parts are tried on."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from grader.problem import PROBLEMS, Problem, load_problem

Bench = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """A process of its own, because it counts what that process has."""

    def run(*words: str, path: str = os.environ["PATH"]) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "app.cli", "bench", *words],
            env={"PATH": path, "HANDGRAD_DATA_DIR": str(tmp_path), "COLUMNS": "200"},
            cwd=Path(__file__).parents[2],
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    return run


class Clock:
    """Stands in for `time` where a benchmark reads it: it moves only when it is told to."""

    def __init__(self) -> None:
        self._now = 0.0

    def perf_counter(self) -> float:
        return self._now

    def pass_by(self, seconds: float) -> None:
        self._now += seconds


@pytest.fixture
def little() -> Problem:
    """The flagship with a few of its cases and mistakes, one of which cannot show, and no variants."""
    whole = load_problem(PROBLEMS / "train-rnn-lm")
    kept = {"no_mean", "sign_wrong", "dh_next_missing"}
    return replace(
        whole,
        cases=whole.cases[:4],
        mistakes=tuple(mistake for mistake in whole.mistakes if mistake.name in kept),
        variants={},
    )
