"""Central differences: the references' gradients agree with them, and wrong ones don't."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from grader.cases import CaseSpec
from grader.freeze import freeze
from grader.gradients import Slope, slopes, uncompared
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


def frozen(
    make_problem: MakeProblem, cases: list[CaseSpec], asked: Gradients, source: str = SOLVE, **changes: Any
) -> tuple[Problem, Version]:
    problem = replace(make_problem(source, TABLE | changes), gradients=asked)
    return problem, asyncio.run(freeze(problem, cases, InProcess()))


def asking(rate: str | None = None, **of: str) -> Gradients:
    return Gradients({"reference.loss": LOSS}, "reference.loss.loss", rate, of)


TWO = CaseSpec(name="two", seed=1, sizes={"n": 2})


@pytest.mark.parametrize("wrong", ["w[1:]", "'steep'", "float(w.sum())"])
def test_an_output_that_is_no_gradient_of_the_input(make_problem: MakeProblem, wrong: str) -> None:
    source = SOLVE.replace(", np.cos(w)", f", {wrong}")
    problem, version = frozen(
        make_problem, [TWO], asking("rate", slope="w"), source, outputs=TABLE["outputs"] | {"slope": {}}
    )
    assert {slope.output for slope in tried(problem, version)} == {"stepped"}
    (complaint,) = uncompared(problem, version)
    assert complaint.startswith("slope of case 'two' is no array of as many numbers as 'w' holds, so ")
    assert complaint.endswith("; mend [gradients]")


@pytest.mark.parametrize(
    ("rate", "cure"),
    [
        ("rate", "hold at most 2000 numbers, with 'rate' not 0"),
        (None, "hold at most 2000 numbers"),
    ],
)
def test_no_case_that_can_tell(make_problem: MakeProblem, rate: str | None, cure: str) -> None:
    cases = [
        CaseSpec(name="large", sizes={"n": 2000}),
        *([CaseSpec(name="still", sizes={"n": 2}, given={"rate": 0.0})] if rate else []),
    ]
    problem, version = frozen(
        make_problem, cases, asking(rate, slope="w"), sizes={"n": {"min": 1, "max": 3000}}
    )
    assert tried(problem, version) == []
    assert list(uncompared(problem, version)) == [
        f"no case tries [gradients]; add one that raises nothing and whose inputs {cure}"
    ]


LISTED: dict[str, Any] = {
    "inputs": {
        "w": {"draw": "normal", "shape": ["n"]},
        "b": {"draw": "normal", "optional": True},
        "v": {"draw": "normal", "shape": ["n"], "optional": True},
        "u": {"draw": "normal", "shape": ["n"]},
    },
    "arguments": {"parts": {"list": ["w", "b", "v", "u"]}},
    "outputs": {"grads": {}},
}
PARTS = "def solve(parts):\n    return [2 * part for part in parts]\n"
SQUARES = (
    "def loss(parts):\n    return sum(float((part * part).sum()) if hasattr(part, 'sum') else part * part"
)
SQUARES += " for part in parts)\n"


def listing(of: dict[str, str]) -> Gradients:
    return Gradients({"m": SQUARES}, "m.loss", None, of)


def test_gradients_in_a_list_that_leaves_out_what_is_none(make_problem: MakeProblem) -> None:
    cases = [
        CaseSpec(name=f"{number}, no {', '.join(none)}", seed=number, sizes={"n": 3}, none=none)
        for number, none in enumerate([("b",), ("b",), ("b", "v"), ("v",), ()])
    ]
    of = {"grads[0]": "w", "grads[1]": "b", "grads[2]": "v", "grads[3]": "u"}
    problem, version = frozen(make_problem, cases, listing(of), PARTS, **LISTED)
    found = tried(problem, version)
    assert all(slope.agrees for slope in found)
    # Without b, the third of the list is the gradient of u. Each is tried on cases of its own.
    places = {output: {int(slope.case[0]) for slope in found if slope.output == output} for output in of}
    assert places == {"grads[0]": {0, 1, 2}, "grads[1]": {3, 4}, "grads[2]": {4}, "grads[3]": {4}}
    assert list(uncompared(problem, version)) == []


@pytest.mark.parametrize(
    ("of", "says"),
    [
        (
            {"grads": "w"},
            "gradients.of names 'grads', which no small case returns; name one of grads[0], grads[1]",
        ),
        (
            {"grads[2]": "b"},
            "whether grads[2] is a gradient; add one where 'b', and all that gradients.of lists before it",
        ),
    ],
)
def test_a_gradient_that_no_case_returns(make_problem: MakeProblem, of: dict[str, str], says: str) -> None:
    without = CaseSpec(name="no b", sizes={"n": 3}, none=("b",))
    problem, version = frozen(make_problem, [without], listing(of), PARTS, **LISTED)
    assert tried(problem, version) == []
    (complaint,) = uncompared(problem, version)
    assert says in complaint


def test_a_state_that_is_counted_has_no_gradient(make_problem: MakeProblem) -> None:
    changes: dict[str, Any] = {
        "inputs": TABLE["inputs"] | {"steps": {"draw": "integers", "low": 0, "high": 9}},
        "outputs": {
            "stepped": {"shape": ["n"], "updates": "w"},
            "steps": {"shape": [], "updates": "steps"},
        },
    }
    source = SOLVE.replace("rate):", "rate, steps):").replace(", np.cos(w)", ", steps + 1")
    asked = Gradients({"m": LOSS.replace("rate)", "rate, steps)")}, "m.loss", "rate", {})
    problem, version = frozen(make_problem, [TWO], asked, source, **changes)
    found = tried(problem, version)
    assert {slope.output for slope in found} == {"stepped"}
    assert all(slope.agrees for slope in found)
    assert list(uncompared(problem, version)) == []
    del changes["outputs"]["stepped"]["updates"]
    problem, version = frozen(make_problem, [TWO], asked, source, **changes)
    assert tried(problem, version) == []
    assert list(uncompared(problem, version)) == [
        "gradients.rate is given, and no output is the new value of a real input; take it out"
    ]


def test_nothing_asked(make_problem: MakeProblem) -> None:
    problem = make_problem(SOLVE, TABLE)
    version = asyncio.run(freeze(problem, [CaseSpec(name="one", sizes={"n": 2})], InProcess()))
    assert tried(problem, version) == []
    assert list(uncompared(problem, version)) == []
