"""Freezing: what a version holds, what its id depends on, and which cases it refuses."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.cases import CaseSpec, UnusableCase
from grader.compare import compare
from grader.freeze import MAX_CASES, freeze, version_id
from grader.problem import Mistake, Problem
from grader.runner import SandboxFailed
from grader.sandbox.job import CaseOutcome, Ending, Job
from grader.version import FrozenCache, Version, mutation_score
from tests.grader.fake_sandbox import InProcess

MakeProblem = Callable[..., Problem]
UPDATE = {
    "sizes": {"n": {"min": 1, "max": 2000}},
    "inputs": {
        "w": {"draw": "normal", "shape": ["n"]},
        "lr": {"draw": "constant", "value": 0.5},
    },
    "outputs": {"w": {"shape": ["n"], "updates": "w"}},
}
STEP = "def solve(w, lr):\n    return w - lr * w\n"


def case(name: str = "one", **spec: Any) -> CaseSpec:
    return CaseSpec.model_validate({"name": name, "sizes": {"n": 5}, **spec})


def frozen(problem: Problem, *cases: CaseSpec) -> Version:
    return asyncio.run(freeze(problem, cases, InProcess()))


def refused(problem: Problem, *cases: CaseSpec) -> str:
    with pytest.raises(UnusableCase) as caught:
        frozen(problem, *cases)
    return caught.value.reason


def test_the_flagship_catches_every_mistake_that_can_show_twice(version: Version) -> None:
    score = mutation_score(version)
    assert (score.score, score.survivors, score.caught_once) == (1.0, [], [])
    assert score.total == score.caught == len(version.mistakes) - len(score.unobservable)
    assert score.total >= 10
    # w_out after one step does not depend on the walk back.
    assert "dh_next_missing" in score.unobservable
    assert "no_mean" not in score.unobservable


def test_cases_that_unchanged_input_passes_weigh_nothing(version: Version) -> None:
    weightless = {case.name for case in version.cases if case.weight == 0}
    assert weightless == {"learning rate zero", "a vocabulary of one"}
    assert {case.weight for case in version.cases} == {0.0, 1.0}


def test_a_weight_that_is_asked_for_stays(make_problem: MakeProblem) -> None:
    problem = make_problem(STEP, UPDATE)
    still, moving = frozen(problem, case("still", given={"lr": 0}, weight=2), case("moving", weight=3)).cases
    assert (still.weight, moving.weight) == (2, 3)
    assert frozen(problem, case(given={"lr": 0})).cases[0].weight == 0


def test_public_cases_come_first(make_problem: MakeProblem) -> None:
    cases = [case("a"), case("b", visibility="public"), case("c"), case("d", visibility="public")]
    version = frozen(make_problem(STEP, UPDATE), *cases)
    assert [case.name for case in version.cases] == ["b", "d", "a", "c"]


def test_a_version_survives_storage(version: Version, tmp_path: Path) -> None:
    cache = FrozenCache(tmp_path / "frozen")
    assert cache.get(version.id) is None
    cache.put(version)
    again = cache.get(version.id)
    assert again is not None
    same_but_arrays(version, again)
    for case, other in zip(version.cases, again.cases, strict=True):
        for value, back in zip(case.inputs, other.inputs, strict=True):
            np.testing.assert_array_equal(np.asarray(value), np.asarray(back))
            if isinstance(value, np.ndarray):
                assert isinstance(back, np.ndarray)
                assert back.flags.c_contiguous == value.flags.c_contiguous
                assert back.flags.f_contiguous == value.flags.f_contiguous
        np.testing.assert_array_equal(np.asarray(case.expected), np.asarray(other.expected))
        for name, outcome in case.mistakes.items():
            np.testing.assert_array_equal(np.asarray(outcome.value), np.asarray(other.mistakes[name].value))


def same_but_arrays(version: Version, other: Version) -> None:
    bare, bare_other = (
        replace(
            one,
            cases=tuple(
                replace(case, inputs=(), arguments=(), expected=None, mistakes={}) for case in one.cases
            ),
        )
        for one in (version, other)
    )
    assert bare == bare_other


def test_values_of_every_kind_survive_storage(make_problem: MakeProblem) -> None:
    table = {
        "inputs": {"word": {"draw": "text", "alphabet": "ab", "length": 3}},
        "outputs": {"a": {}, "b": {}, "c": {}},
    }
    problem = make_problem(
        "def solve(word):\n    return {'w': word, 'n': [1, 2.5, (True, None)]}, float(len(word)), 'x'\n",
        table,
    )
    version = frozen(problem, CaseSpec(name="one"))
    again = Version.from_bytes(version.to_bytes())
    assert again == version
    assert again.cases[0].expected == (
        {"w": version.cases[0].arguments[0], "n": [1, 2.5, (True, None)]},
        3.0,
        "x",
    )


CHANGES: dict[str, Callable[[Problem], Problem]] = {
    "statement": lambda problem: replace(problem, statement="another"),
    "starter": lambda problem: replace(problem, starter="another"),
    "limits": lambda problem: replace(problem, limits=replace(problem.limits, cpu_seconds=1.0)),
    "mistake": lambda problem: replace(problem, mistakes=problem.mistakes[1:]),
    "advice": lambda problem: replace(
        problem, mistakes=(replace(problem.mistakes[0], message="another"), *problem.mistakes[1:])
    ),
    "reference": lambda problem: replace(problem, reference_modules={"reference.rnn_lm": "another"}),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_the_id_follows_the_folder(flagship: Problem, change: Callable[[Problem], Problem]) -> None:
    before = version_id(flagship, flagship.cases)
    assert version_id(flagship, flagship.cases) == before
    assert version_id(change(flagship), flagship.cases) != before


def test_the_id_follows_the_cases(flagship: Problem, version: Version) -> None:
    assert version.id == version_id(flagship, flagship.cases)
    more = [*flagship.cases, case("new")]
    ids = {
        version_id(flagship, flagship.cases[1:]),
        version_id(flagship, more),
        version_id(flagship, [*flagship.cases, case("new", hint="x")]),
        version.id,
    }
    assert len(ids) == 4


BAD_REFERENCES = {
    "raises": ("def solve(w, lr):\n    return w[99]\n", "the reference ended by raised (IndexError"),
    "not finite": ("def solve(w, lr):\n    return w * float('nan')\n", "w is not finite"),
    "rounds": ("def solve(w, lr):\n    return w + (w * 2**60 % 1000)\n", "w is too sensitive to rounding"),
    "barely moves": ("def solve(w, lr):\n    return w + 1e-8\n", "w hardly changes"),
}


@pytest.mark.parametrize(("reference", "reason"), BAD_REFERENCES.values(), ids=BAD_REFERENCES.keys())
def test_refusals(make_problem: MakeProblem, reference: str, reason: str) -> None:
    said = refused(make_problem(reference, UPDATE), case())
    assert said.startswith("Case 'one': ")
    assert reason in said


def test_refusals_of_the_whole(make_problem: MakeProblem) -> None:
    problem = make_problem(STEP, UPDATE)
    assert refused(problem) == f"There are 0 cases; keep them from 1 to {MAX_CASES}."
    assert "There are 65 cases" in refused(problem, *(case(f"case {i}") for i in range(65)))
    assert "named 'one' already" in refused(problem, case(), case())
    large = [case(f"case {i}", given={"w": [1.0] * 20_000}, sizes={"n": 20_000}) for i in range(60)]
    table = {**UPDATE, "sizes": {"n": {"min": 1, "max": 20_000}}}
    assert "together hold 1200060 elements" in refused(make_problem(STEP, table), *large)


def test_an_expected_exception(make_problem: MakeProblem) -> None:
    picky = "def solve(w, lr):\n    if lr < 0:\n        raise KeyError(lr)\n    return w - lr * w\n"
    forgiving = Mistake("forgiving", "It takes any rate.", STEP, ("w",))
    problem = replace(make_problem(picky, UPDATE), mistakes=(forgiving,))
    negative = case("negative", given={"lr": -1}, raises=["LookupError"])
    version = frozen(problem, case(), negative)
    assert [frozen_case.mistakes["forgiving"].caught for frozen_case in version.cases] == [False, True]
    said = refused(problem, case(raises=["LookupError"]))
    assert "the reference does not raise LookupError here" in said
    assert "does not raise ValueError" in refused(
        problem, negative.model_copy(update={"raises": ("ValueError",)})
    )


def test_a_tolerance_that_lets_a_mistake_pass(make_problem: MakeProblem) -> None:
    near = Mistake("near", "Almost.", "def solve(w, lr):\n    return w - lr * w + 1e-3\n", ("w",))
    problem = replace(make_problem(STEP, UPDATE), mistakes=(near,))
    said = refused(problem, case(tolerance=1e-2))
    assert "with its tolerance the mistake 'near' would pass" in said
    (fine,) = frozen(problem, case(tolerance=1e-4)).cases
    assert fine.tolerances == {"w": 1e-4}
    assert fine.mistakes["near"].caught
    lazy = replace(problem, mistakes=(), starter="def solve(w, lr):\n    return w\n")
    assert "with its tolerance the starter would pass" in refused(lazy, case(tolerance=100.0))


def test_a_tolerance_of_the_problem(make_problem: MakeProblem) -> None:
    table = {**UPDATE, "outputs": {"w": {"shape": ["n"], "updates": "w", "tolerance": 1e-4}}}
    (fine,) = frozen(make_problem(STEP, table), case()).cases
    assert fine.tolerances == {"w": 1e-4}
    (own,) = frozen(make_problem(STEP, table), case(tolerance=1e-5)).cases
    assert own.tolerances == {"w": 1e-5}


def test_state_that_a_mistake_keeps_shows(version: Version) -> None:
    kept = [case.mistakes["hidden_state_kept"].caught for case in version.cases]
    assert not kept[0]
    assert sum(kept) > 2


class _Failing(InProcess):
    """A sandbox that is slow, or that fails."""

    def __init__(self, *endings: Ending, cpu_seconds: float = 0.0) -> None:
        self._endings = endings
        self._cpu_seconds = cpu_seconds

    async def run(self, job: Job) -> AsyncGenerator[CaseOutcome, None]:
        outcomes: Sequence[CaseOutcome] = [outcome async for outcome in super().run(job)]
        for outcome in outcomes:
            ending = self._endings[0] if self._endings else outcome.ending
            yield replace(outcome, ending=ending, cpu_seconds=self._cpu_seconds)


def test_our_own_failure_is_no_fault_of_the_case(make_problem: MakeProblem) -> None:
    with pytest.raises(SandboxFailed, match="try again"):
        asyncio.run(freeze(make_problem(STEP, UPDATE), [case()], _Failing(Ending.OUR_FAULT)))


def test_a_slow_reference_is_refused(make_problem: MakeProblem) -> None:
    with pytest.raises(UnusableCase, match=r"the reference needs 0.25 s, and a tenth of the limit is 0.2 s"):
        asyncio.run(freeze(make_problem(STEP, UPDATE), [case()], _Failing(cpu_seconds=0.25)))


def test_the_budget(make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch) -> None:
    class Stuck(InProcess):
        async def run(self, job: Job) -> AsyncGenerator[CaseOutcome, None]:
            await asyncio.Event().wait()
            yield CaseOutcome(0, Ending.OUR_FAULT)

    monkeypatch.setattr("grader.freeze.BUDGET_SECONDS", 0.01)
    with pytest.raises(UnusableCase, match=r"Freezing took longer than 0\.01 s in all"):
        asyncio.run(freeze(make_problem(STEP, UPDATE), [case()], Stuck()))


def test_a_value_that_holds_nothing_is_a_value(make_problem: MakeProblem) -> None:
    table: dict[str, Any] = {
        "sizes": {"n": {"min": 0, "max": 5}},
        "inputs": {"ids": {"draw": "integers", "low": 0, "high": 9, "shape": ["n"], "as": "int64"}},
        "outputs": {"seen": {}, "places": {}},
    }
    problem = make_problem(
        "def solve(ids):\n    seen = ids.tolist()\n    return seen, {str(i): i for i in seen}\n", table
    )
    cases = [CaseSpec(name="nothing", sizes={"n": 0}), CaseSpec(name="some", sizes={"n": 3})]
    nothing, _ = asyncio.run(freeze(problem, cases, InProcess())).cases
    assert (nothing.expected, nothing.weight) == (([], {}), 1.0)
    assert not compare(nothing, problem.signature, ([], {}))
    assert compare(nothing, problem.signature, ([3], {}))
    assert compare(nothing, problem.signature, ([], {"3": 3}))
