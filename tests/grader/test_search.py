"""The search for inputs that show a mistake."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from grader.cases import draw_inputs
from grader.freeze import freeze
from grader.problem import Mistake, Problem
from grader.search import probe, suggest
from grader.version import mutation_score
from tests.grader.fake_sandbox import InProcess

MakeProblem = Callable[..., Problem]


def test_candidates_are_the_same_each_time_and_differ_from_each_other(flagship: Problem) -> None:
    first, second = (asyncio.run(probe(flagship, ["no_mean"], InProcess())) for _ in range(2))
    assert [case.spec for case in first] == [case.spec for case in second]
    assert len({case.spec.model_dump_json() for case in first}) == len(first) > 50
    for case in first:
        assert set(case.mistakes) == {"no_mean"}
        draw_inputs(flagship.signature, case.spec)


def test_a_case_for_each_survivor(flagship: Problem) -> None:
    """With one plain case many mistakes survive; what is proposed catches them, cases before it or not."""
    kept = [case for case in flagship.cases if case.name == "two tokens, large h0"]
    before = mutation_score(asyncio.run(freeze(flagship, kept, InProcess())))
    assert {"no_mean", "unstable_softmax", "hidden_state_kept"} <= {*before.survivors}
    found = asyncio.run(suggest(flagship, kept, before.survivors, InProcess()))
    assert set(found) == set(before.survivors)
    for mistake, spec in found.items():
        version = asyncio.run(freeze(flagship, [*kept, spec], InProcess()))
        assert version.cases[-1].mistakes[mistake].caught, (mistake, spec.name)
        assert len(spec.name) <= 80


def test_no_case_for_what_is_no_mistake(make_problem: MakeProblem) -> None:
    table: dict[str, Any] = {
        "sizes": {"n": {"min": 1, "max": 5}},
        "inputs": {"x": {"draw": "normal", "shape": ["n"]}},
        "outputs": {"y": {"shape": ["n"]}},
    }
    right = "def solve(x):\n    return 2 * x\n"
    problem = replace(make_problem(right, table), mistakes=(Mistake("none", "Nothing.", right, ("y",)),))
    assert asyncio.run(suggest(problem, [], ["none"], InProcess())) == {}
    assert asyncio.run(suggest(problem, [], [], InProcess())) == {}


def test_a_reference_that_fails_on_some_candidates_loses_only_those(make_problem: MakeProblem) -> None:
    table: dict[str, Any] = {
        "sizes": {"n": {"min": 1, "max": 9}},
        "inputs": {"x": {"draw": "normal", "shape": ["n"]}},
        "outputs": {"y": {"shape": ["n"]}},
    }
    picky = "def solve(x):\n    if len(x) == 3:\n        raise ValueError(x)\n    return 2 * x\n"
    wrong = Mistake("wrong", "Wrong.", "def solve(x):\n    return 3 * x\n", ("y",))
    problem = replace(make_problem(picky, table), mistakes=(wrong,))
    found = asyncio.run(probe(problem, ["wrong"], InProcess()))
    assert found
    assert all(case.spec.sizes["n"] != 3 for case in found)
