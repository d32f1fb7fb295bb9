"""`handgrad bench freezing`: each problem frozen anew and found again, on one core."""

import os

import pytest

from benchmarks import BENCHMARKS, freezing
from benchmarks.findings import Effort
from grader.freeze import frozen, version_id
from grader.problem import Problem
from grader.sandbox.job import Sandbox
from grader.version import FrozenCache, Version
from tests.benchmarks.conftest import Clock


def test_a_problem_is_frozen_and_then_found(monkeypatch: pytest.MonkeyPatch, little: Problem) -> None:
    found: list[bool] = []
    cores: list[set[int]] = []
    clock = Clock()

    async def watched(problem: Problem, sandbox: Sandbox, cache: FrozenCache) -> Version:
        found.append(cache.get(version_id(problem, problem.cases)) is not None)
        cores.append(os.sched_getaffinity(0))
        clock.pass_by(2.0 if found[-1] else 8.0)
        return await frozen(problem, sandbox, cache)

    monkeypatch.setattr(freezing, "load_all", lambda: ({little.slug: little}, {}))
    monkeypatch.setattr(freezing, "frozen", watched)
    monkeypatch.setattr(freezing, "time", clock)
    before = os.sched_getaffinity(0)
    findings = BENCHMARKS["freezing"](Effort(repeat=2))
    assert found == [False, True, False, True]
    assert [len(one) for one in cores] == [1] * 4
    assert os.sched_getaffinity(0) == before
    anew, again = findings.rows
    assert anew.name == "train-rnn-lm (4 cases, 3 mistakes), frozen on one core"
    assert again.name == "train-rnn-lm, found frozen"
    assert (anew.unit, anew.median, anew.ratio) == ("ms", 8000, None)
    assert (again.unit, again.median, again.ratio) == ("ms", 2000, 0.25)
    assert not findings.broken


def test_the_other_cores_are_given_back_after_a_failure() -> None:
    before = os.sched_getaffinity(0)
    seen: list[set[int]] = []

    def fail() -> None:
        with freezing._one_core():
            seen.append(os.sched_getaffinity(0))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert seen == [{min(before)}]
    assert os.sched_getaffinity(0) == before
