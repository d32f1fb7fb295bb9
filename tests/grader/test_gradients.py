"""Central differences: the references' gradients agree with them, and wrong ones don't."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from grader.cases import CaseSpec
from grader.freeze import freeze
from grader.gradients import Slope, slopes
from grader.problem import Gradients, Problem
from grader.version import Version
from tests.grader.fake_sandbox import InProcess

MakeProblem = Callable[..., Problem]


def tried(problem: Problem, version: Version) -> list[Slope]:
    return asyncio.run(slopes(problem, version, InProcess()))


def test_the_flagships(full: Problem, full_version: Version, flagship: Problem, version: Version) -> None:
    for problem, frozen, outputs in (
        (full, full_version, {"w_emb", "w_h", "w_out"}),
        (flagship, version, {"w_out"}),
    ):
        found = tried(problem, frozen)
        assert {slope.output for slope in found} == outputs
        assert all(slope.agrees for slope in found), [slope for slope in found if not slope.agrees]


TABLE: dict[str, Any] = {
    "sizes": {"n": {"min": 1, "max": 9}},
    "inputs": {
        "w": {"draw": "normal", "shape": ["n"]},
        "rate": {"draw": "constant", "value": 0.5},
    },
    "outputs": {"stepped": {"shape": ["n"], "updates": "w"}, "slope": {"shape": ["n"]}},
}
LOSS = "import numpy as np\ndef loss(w, rate):\n    return float(np.sin(w).sum())\n"
SOLVE = "import numpy as np\ndef solve(w, rate):\n    return w - rate * np.cos(w), np.cos(w)\n"


@pytest.mark.parametrize(
    ("solution", "wrong"),
    [
        (SOLVE, set()),
        (SOLVE.replace("rate * np.cos(w)", "rate * np.cos(w) ** 2"), {"stepped"}),
        (SOLVE.replace(", np.cos(w)", ", np.sin(w)"), {"slope"}),
    ],
)
def test_steps_and_gradients(make_problem: MakeProblem, solution: str, wrong: set[str]) -> None:
    of: Mapping[str, str] = {"slope": "w"}
    problem = replace(
        make_problem(solution, TABLE),
        gradients=Gradients({"reference.loss": LOSS}, "reference.loss.loss", "rate", of),
    )
    cases = [
        CaseSpec(name="some", seed=1, sizes={"n": 5}),
        CaseSpec(name="rate of zero", seed=2, sizes={"n": 5}, given={"rate": 0.0}),
    ]
    version = asyncio.run(freeze(problem, cases, InProcess()))
    found = tried(problem, version)
    assert {slope.case for slope in found} == {"some"}
    assert {slope.output for slope in found} == {"stepped", "slope"}
    assert {slope.output for slope in found if not slope.agrees} == wrong


def test_a_loss_that_is_no_number(make_problem: MakeProblem) -> None:
    problem = replace(
        make_problem(SOLVE, TABLE),
        gradients=Gradients({"m": "def loss(w, rate):\n    return w\n"}, "m.loss", "rate", {}),
    )
    version = asyncio.run(freeze(problem, [CaseSpec(name="one", sizes={"n": 2})], InProcess()))
    assert not any(slope.agrees for slope in tried(problem, version))


def test_nothing_asked(make_problem: MakeProblem) -> None:
    problem = make_problem(SOLVE, TABLE)
    version = asyncio.run(freeze(problem, [CaseSpec(name="one", sizes={"n": 2})], InProcess()))
    assert tried(problem, version) == []
