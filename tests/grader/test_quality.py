"""The matrix of mistakes and cases: made of what was frozen, and honest where no number measures."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from grader.cases import CaseSpec
from grader.freeze import freeze
from grader.problem import Mistake, Problem
from grader.quality import Quality, quality
from grader.version import Version
from tests.grader.fake_sandbox import InProcess

ALLOWED = 1e-3
TABLE: dict[str, Any] = {
    "sizes": {"n": {"min": 1, "max": 9}},
    "inputs": {"x": {"draw": "normal", "shape": ["n"]}},
    "outputs": {
        "total": {"shape": [], "tolerance": ALLOWED},
        "double": {"shape": ["n"], "tolerance": ALLOWED},
    },
}
SIZES = (2, 3, 4)
# A mistake's total and double, the outputs that it is said to show on, and the exception that it ends by.
MISTAKES: dict[str, tuple[str, tuple[str, ...], str | None]] = {
    "near": ("x.sum(), 2 * x + 1e-3 * len(x)", ("double",), None),
    "far": ("x.sum() + 1e-2, 2 * x + 1", ("total", "double"), None),
    "once": ("x.sum(), 2 * x + 5e-3 * (len(x) == 4)", ("double",), None),
    "not_a_number": ("np.nan, 2 * x", ("total",), None),
    "raises": ("x.sum(), x[9]", (), "IndexError"),
    "cannot_show": ("x.sum(), x + x", (), None),
}


def solving(values: str) -> str:
    return (
        f"import numpy as np\ndef solve(x):\n    total, double = {values}\n    return float(total), double\n"
    )


@pytest.fixture
def made(make_problem: Callable[..., Problem]) -> Callable[..., Version]:
    def make(*names: str) -> Version:
        problem = replace(
            make_problem(solving("x.sum(), 2 * x"), TABLE),
            variants={
                "off_by_a_quarter": solving("x.sum(), 2 * x + 0.25e-3"),
                "other": solving("sum(x), x + x"),
            },
            mistakes=tuple(
                Mistake(name, f"It is {name}.", solving(values), outputs, raises)
                for name, (values, outputs, raises) in MISTAKES.items()
                if name in names
            ),
        )
        cases = [CaseSpec(name=f"n {n}", seed=n, sizes={"n": n}, visibility="hidden") for n in SIZES]
        cases[0] = cases[0].model_copy(update={"visibility": "public"})
        return asyncio.run(freeze(problem, cases, InProcess()))

    return make


@pytest.fixture
def measured(made: Callable[..., Version]) -> Quality:
    return quality(made(*MISTAKES))


def test_margins_are_in_tolerances(measured: Quality) -> None:
    margins = {one.name: [margin.margin for margin in one.margins] for one in measured.mistakes}
    assert list(margins) == list(MISTAKES)
    assert margins["near"] == pytest.approx([2, 3, 4])
    assert margins["far"] == pytest.approx([1000, 1000, 1000])
    assert margins["once"] == pytest.approx([0, 0, 5])
    assert margins["cannot_show"] == [0, 0, 0]


def test_what_no_number_measures_is_caught_with_none(measured: Quality) -> None:
    for one in measured.mistakes:
        if one.name in ("not_a_number", "raises"):
            assert [(margin.caught, margin.margin) for margin in one.margins] == [(True, None)] * 3
    assert Quality.model_validate_json(measured.model_dump_json()) == measured


def test_who_catches_what(measured: Quality) -> None:
    assert {one.name: one.caught_by for one in measured.mistakes} == {
        "near": 3,
        "far": 3,
        "once": 1,
        "not_a_number": 3,
        "raises": 3,
        "cannot_show": 0,
    }
    for one in measured.mistakes:
        assert one.caught_by == sum(margin.caught for margin in one.margins)
    assert [(case.name, case.visibility, case.caught) for case in measured.cases] == [
        ("n 2", "public", 4),
        ("n 3", "hidden", 4),
        ("n 4", "hidden", 5),
    ]
    assert [case.needed_for for case in measured.cases] == [[], [], ["once"]]


def test_a_case_is_needed_for_what_one_other_catches_too(made: Callable[..., Version]) -> None:
    version = made("near", "once")
    two = replace(version, cases=version.cases[1:])
    assert [case.needed_for for case in quality(two).cases] == [["near"], ["near", "once"]]


def test_on_which_outputs_a_mistake_shows(measured: Quality) -> None:
    shown = {one.name: [margin.outputs for margin in one.margins] for one in measured.mistakes}
    assert shown["near"] == [["double"]] * 3
    assert shown["far"] == [["total", "double"]] * 3
    assert shown["once"] == [[], [], ["double"]]
    assert shown["not_a_number"] == [["total"]] * 3
    assert shown["cannot_show"] == [[], [], []]
    declared = {one.name: tuple(one.outputs) for one in measured.mistakes}
    assert declared == {name: outputs for name, (_, outputs, _) in MISTAKES.items()}


def test_what_cannot_show_is_not_counted(measured: Quality) -> None:
    observable = {one.name: one.observable for one in measured.mistakes}
    assert [name for name, seen in observable.items() if not seen] == ["cannot_show"]
    assert measured.mutation.unobservable == ["cannot_show"]
    assert (measured.mutation.total, measured.mutation.caught) == (5, 4)
    assert (measured.mutation.survivors, measured.mutation.caught_once) == ([], ["once"])


def test_how_much_room_a_tolerance_leaves(measured: Quality) -> None:
    total, double = measured.outputs
    assert (total.name, total.nearest) == ("total", "far")
    assert total.accepted < 1e-6
    assert total.distance == pytest.approx(10)
    # A mistake is as far from passing as its worst case is.
    assert (double.name, double.nearest) == ("double", "near")
    assert double.accepted == pytest.approx(0.25)
    assert double.distance == pytest.approx(4)


def test_no_mistake_is_near_or_none_can_be_measured(made: Callable[..., Version]) -> None:
    total, double = quality(made("not_a_number", "cannot_show")).outputs
    assert (total.nearest, total.distance) == ("not_a_number", None)
    assert (double.nearest, double.distance) == (None, None)


def test_conditions_are_those_of_the_cases(made: Callable[..., Version]) -> None:
    version = made()
    found = [case.condition for case in quality(version).cases]
    assert found == [max(case.conditions.values()) for case in version.cases]
    assert all(condition > 0 for condition in found)
