"""What problem.toml says of its mistakes is held against what they do."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from grader.cases import CaseSpec
from grader.claims import indistinguishable, refuted, undeclared
from grader.freeze import freeze
from grader.problem import Mistake, Problem
from grader.version import Version
from tests.grader.fake_sandbox import InProcess

TABLE: dict[str, Any] = {
    "sizes": {"n": {"min": 1, "max": 9}},
    "inputs": {"x": {"draw": "normal", "shape": ["n"]}},
    "outputs": {"total": {"shape": []}, "double": {"shape": ["n"]}},
}
RIGHT = "import numpy as np\ndef solve(x):\n    return float(x.sum()), 2 * x\n"


@pytest.fixture
def made(make_problem: Callable[..., Problem]) -> Callable[..., tuple[Problem, Version]]:
    def make(*mistakes: tuple[str, tuple[str, ...], dict[str, Any]]) -> tuple[Problem, Version]:
        listed = tuple(
            Mistake(
                f"m{number}", "It is wrong.", RIGHT.replace("float(x.sum()), 2 * x", body), outputs, **more
            )
            for number, (body, outputs, more) in enumerate(mistakes)
        )
        problem = replace(make_problem(RIGHT, TABLE), mistakes=listed)
        cases = [CaseSpec(name=f"n {n}", seed=n, sizes={"n": n}) for n in (2, 4)]
        return problem, asyncio.run(freeze(problem, cases, InProcess()))

    return make


def test_honest_mistakes(made: Any, full: Problem, full_version: Version) -> None:
    problem, version = made(
        ("float(x.mean()), 2 * x", ("total",), {}),
        ("float(x.sum()), 3 * x", ("double",), {}),
        ("float(x.sum()), x * x[9]", (), {"raises": "IndexError"}),
        ("float(x.sum()), x + x", (), {}),
    )
    for one, frozen in ((problem, version), (full, full_version)):
        assert list(undeclared(frozen)) == []
        assert list(indistinguishable(frozen)) == []
        assert asyncio.run(refuted(one, frozen, InProcess())) == []
    assert [known.observable for known in version.mistakes.values()] == [True, True, True, False]


@pytest.mark.parametrize(
    ("body", "outputs", "more", "says"),
    [
        (
            "float(x.mean()), 3 * x",
            ("total",),
            {},
            "mistakes/m0.py shows on double, which its 'outputs' leaves",
        ),
        ("float(x.sum()), 3 * x", ("total", "double"), {}, "no case shows mistakes/m0.py on total"),
        ("float(x.sum()), x * x[9]", ("double",), {}, "ends by IndexError on case 'n 2'"),
        ("float(x.sum()), x * x[9]", ("double",), {"raises": "KeyError"}, "ends by IndexError on case 'n 2'"),
        (
            "float(x.sum() + (len(x) == 2 or x[9])), 2 * x",
            ("total", "double"),
            {},
            "for another reason than its own; mend it, or name the exception in its 'raises'",
        ),
        (
            "float(x.sum()), x.sum(axis=3)",
            ("double",),
            {},
            "ends by AxisError on case 'n 2', so it is caught for another reason than its own; mend it",
        ),
        (
            "float(x.mean()), 2 * x",
            ("total",),
            {"raises": "ValueError"},
            "no case makes mistakes/m0.py end by ValueError; add one, or take out its 'raises'",
        ),
    ],
)
def test_what_shows_elsewhere_or_otherwise(
    made: Any, body: str, outputs: tuple[str, ...], more: dict[str, Any], says: str
) -> None:
    _, version = made((body, outputs, more))
    (complaint,) = undeclared(version)
    assert says in complaint
    assert "AxisError" not in says or complaint.endswith("mend it")


def test_a_mistake_that_no_case_catches_is_told_that_alone(made: Any) -> None:
    _, version = made(("float(x.sum()), 2 * x", ("double",), {"raises": "ValueError"}))
    assert list(undeclared(version)) == []


def test_a_claim_that_other_inputs_refute(made: Any) -> None:
    problem, version = made(("float(x.sum()), 2 * x + (len(x) == 7)", (), {}))
    assert list(undeclared(version)) == []
    (complaint,) = asyncio.run(refuted(problem, version, InProcess()))
    assert complaint.startswith("mistakes/m0.py shows on double with n 7")


def test_a_mistake_that_ends_by_an_exception_on_other_inputs(made: Any) -> None:
    body = "float(x.sum()), {} * x + (x[9] if len(x) == 7 else 0)"
    problem, version = made((body.format(2), (), {}), (body.format(3), ("double",), {}))
    assert list(undeclared(version)) == []
    says = " ends by IndexError with n 7; mend it, or name the exception in its 'raises'"
    found = asyncio.run(refuted(problem, version, InProcess()))
    assert [complaint.removesuffix(says) for complaint in found] == ["mistakes/m0.py", "mistakes/m1.py"]


def test_what_a_case_refutes_is_not_said_again(made: Any) -> None:
    # On n 2 and n 4 it shows or ends as it does on other inputs; on total it shows with n 7 alone.
    problem, version = made(
        ("float(x.sum() + (len(x) == 7)), 3 * x", (), {}),
        ("float(x.sum()), 2 * x[9]", (), {}),
        ("float(x.sum() + (len(x) == 7)), 2 * x if len(x) == 7 else 2 * x[9]", (), {}),
    )
    assert [complaint.partition(",")[0] for complaint in undeclared(version)] == [
        "mistakes/m0.py shows on double",
        "mistakes/m1.py ends by IndexError on case 'n 2'",
        "mistakes/m2.py ends by IndexError on case 'n 2'",
    ]
    found = asyncio.run(refuted(problem, version, InProcess()))
    assert sorted(complaint.partition(",")[0] for complaint in found) == [
        "mistakes/m0.py shows on total with n 7",
        "mistakes/m2.py shows on total with n 7",
    ]


def test_twins(made: Any) -> None:
    _, version = made(
        ("float(x.sum()), 3 * x", ("double",), {}), ("float(x.sum()), x + 2 * x", ("double",), {})
    )
    (complaint,) = indistinguishable(version)
    assert (
        'no case tells mistakes/m1.py from mistakes/m0.py; add one that does, or say like = "m0"' in complaint
    )


def test_triplets_are_all_like_the_first(made: Any) -> None:
    twins = [("float(x.sum()), 3 * x", ("double",), more) for more in ({}, {"like": "m0"}, {"like": "m0"})]
    _, version = made(*twins)
    assert list(indistinguishable(version)) == []
    _, version = made(*twins[:2], twins[0])
    (complaint,) = indistinguishable(version)
    assert "no case tells mistakes/m2.py from mistakes/m0.py" in complaint


def test_declared_twins(made: Any) -> None:
    _, version = made(
        ("float(x.sum()), 3 * x", ("double",), {}),
        ("float(x.sum()), x + 2 * x", ("double",), {"like": "m0"}),
        ("float(x.sum()), 4 * x", ("double",), {"like": "m0"}),
    )
    (complaint,) = indistinguishable(version)
    assert "mistakes/m2.py is like m0, but case 'n 2' tells them apart" in complaint
