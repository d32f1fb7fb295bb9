"""Numbers made of samples, and what the command makes of findings."""

import os
import sys
from typing import NoReturn

import pytest
from typer.testing import CliRunner

from app.cli import cli
from benchmarks import BENCHMARKS
from benchmarks.findings import Effort, Findings, Row, percentile, row_of
from grader.sandbox.nursery import ONE_THREAD


def test_a_row_summarises_seconds_as_milliseconds() -> None:
    row = row_of("it", [0.001, 0.003, 0.002], beside=[0.004])
    assert (row.unit, row.median, row.p95, row.ratio) == ("ms", 2.0, 3.0, 0.5)
    assert row_of("it", [0.001]).ratio is None


@pytest.mark.parametrize(("share", "expected"), [(0.95, 95), (0.5, 50), (0.05, 5), (0.0, 1), (1.0, 100)])
def test_percentile(share: float, expected: int) -> None:
    assert percentile(range(100, 0, -1), share) == expected


@pytest.mark.parametrize(("broken", "code"), [((), 0), (("3 more descriptors are open.",), 1)])
def test_a_broken_law_is_said_and_exits_1(
    monkeypatch: pytest.MonkeyPatch, broken: tuple[str, ...], code: int
) -> None:
    def run(effort: Effort) -> Findings:
        assert effort == Effort(repeat=7, seconds=60)
        effort.say("half way")
        return Findings([Row("x", "ms", 1, 2, None)], ["no y here"], broken)

    for name, value in ONE_THREAD.items():
        monkeypatch.setenv(name, value)
    name = next(iter(BENCHMARKS))
    monkeypatch.setattr("app.cli.benching.BENCHMARKS", {name: run})
    done = CliRunner().invoke(cli, ["bench", "--repeat", "7", "--json"])
    assert done.exit_code == code
    assert done.stdout == '[{"name": "x", "unit": "ms", "median": 1, "p95": 2, "ratio": null}]\n'
    meanwhile, afterwards = [f"Measuring {name} ...", "half way"], ["no y here"]
    assert done.stderr.splitlines() == [*meanwhile, *afterwards, *(f"handgrad: {law}" for law in broken)]


def test_it_starts_again_with_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[tuple[str, list[str], dict[str, str]]] = []

    def execve(path: str, words: list[str], environment: dict[str, str]) -> NoReturn:
        started.append((path, words, environment))
        raise SystemExit(7)

    monkeypatch.setattr(os, "execve", execve)
    monkeypatch.setattr(sys, "orig_argv", ["python", "-m", "app.cli", "bench"])
    for name in ONE_THREAD:
        monkeypatch.setenv(name, "2")
    assert CliRunner().invoke(cli, ["bench"]).exit_code == 7
    ((path, words, environment),) = started
    assert (path, words) == (sys.executable, [sys.executable, "-m", "app.cli", "bench"])
    assert ONE_THREAD.items() <= environment.items()
