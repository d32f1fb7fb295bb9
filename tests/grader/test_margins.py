"""How far from right, in tolerances: it agrees with the comparison, and says inf where no number measures."""

import asyncio
from collections.abc import Callable
from math import inf
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.cases import CaseSpec
from grader.compare import compare
from grader.freeze import freeze
from grader.margins import margins
from grader.problem import Problem
from grader.sandbox.job import CaseOutcome, Ending, StudentError, Value
from grader.version import FrozenCase, Version
from tests.grader.fake_sandbox import InProcess


def returned(value: Value) -> CaseOutcome:
    return CaseOutcome(0, Ending.RETURNED, value)


@given(st.floats(-8, 8), st.integers(0, 3), st.data())
def test_agrees_with_the_comparison(
    full_version: Version, far: float, which: int, data: st.DataObject
) -> None:
    case = full_version.cases[data.draw(st.integers(0, len(full_version.cases) - 1))]
    assert isinstance(case.expected, tuple)
    name = list(full_version.signature.outputs)[which]
    value = [np.array(item) for item in case.expected]
    at = data.draw(st.integers(0, max(value[which].size - 1, 0)))
    value[which].flat[at] += far * case.tolerances[name]
    returning = tuple(item if item.ndim else item.item() for item in value)
    found = margins(case, full_version.signature, returned(returning))
    wrong = {mismatch.output for mismatch in compare(case, full_version.signature, returning)}
    assert {output for output, margin in found.items() if margin > 1} == wrong
    assert found[name] == pytest.approx(abs(far), rel=1e-3, abs=1e-3)
    assert all(margin == 0 for output, margin in found.items() if output != name)


@pytest.fixture
def case_of(make_problem: Callable[..., Problem]) -> Callable[..., tuple[FrozenCase, Version]]:
    def make(body: str, **outputs: Any) -> tuple[FrozenCase, Version]:
        table = {"inputs": {"x": {"draw": "constant", "value": 2.0}}, "outputs": outputs}
        problem = make_problem(f"import numpy as np\ndef solve(x):\n    {body}\n", table)
        version = asyncio.run(freeze(problem, [CaseSpec(name="one")], InProcess()))
        return version.cases[0], version

    return make


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ((2.0, np.ones(3)), {"a": 0.0, "b": 0.0}),
        ((2.0, [1, 1, 1]), {"a": 0.0, "b": 0.0}),
        ((2.0, np.ones((3, 1))), {"a": 0.0, "b": inf}),
        ((float("nan"), np.ones(3)), {"a": inf, "b": 0.0}),
        ((np.array(2.0), np.array([1, 1, np.inf])), {"a": 0.0, "b": inf}),
        (("two", np.ones(3)), {"a": inf, "b": 0.0}),
        ((None, np.ones(3)), {"a": inf, "b": 0.0}),
        ((2.0,), {"a": inf, "b": inf}),
        (None, {"a": inf, "b": inf}),
        ({"a": 2.0}, {"a": inf, "b": inf}),
    ],
)
def test_what_no_number_measures(case_of: Any, value: Any, wanted: dict[str, float]) -> None:
    case, version = case_of("return x, np.ones(3)", a={}, b={})
    assert margins(case, version.signature, returned(value)) == wanted


def test_exact_values(case_of: Any) -> None:
    case, version = case_of("return {'k': 'text', 'n': 3}", table={})
    assert margins(case, version.signature, returned({"k": "text", "n": 3})) == {"table": 0.0}
    assert margins(case, version.signature, returned({"k": "text", "n": 4})) == {"table": inf}
    assert margins(case, version.signature, returned({"k": "other", "n": 3})) == {"table": inf}
    assert margins(case, version.signature, returned([1])) == {"table": inf}


def test_other_endings(case_of: Any) -> None:
    case, version = case_of("return x", y={})
    raised = CaseOutcome(0, Ending.RAISED, error=StudentError("ValueError", built_in="ValueError"))
    assert margins(case, version.signature, raised) == {"y": inf}
