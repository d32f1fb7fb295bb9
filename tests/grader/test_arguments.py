"""Inputs are drawn one by one, and handed over as the problem groups them."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from grader.cases import CaseSpec, UnusableCase, draw_inputs
from grader.freeze import freeze
from grader.gradients import slopes
from grader.outputs import updated
from grader.problem import Gradients, Mistake, Problem
from grader.search import probe
from grader.signature import Signature
from grader.version import Version
from tests.grader.fake_sandbox import InProcess

MakeProblem = Callable[..., Problem]
VECTOR = {"draw": "normal", "shape": ["n"]}
TABLE: dict[str, Any] = {
    "sizes": {"n": {"min": 1, "max": 9}},
    "inputs": {
        "a": VECTOR,
        "b": VECTOR,
        "c": VECTOR | {"optional": True},
        "d": VECTOR | {"optional": True},
        "lr": {"draw": "constant", "value": 0.5},
    },
    "arguments": {"layers": {"list": [{"tuple": ["a", "b"]}, {"tuple": ["c", "d"]}]}},
    "outputs": {"layers": {"updates": "layers"}},
}
STEP = """
def solve(layers, lr):
    return [tuple(p - lr * 2 * p for p in layer) for layer in layers]

def loss(layers, lr):
    return float(sum((p ** 2).sum() for layer in layers for p in layer))
"""


def signature(**changes: Any) -> Signature:
    return Signature.model_validate(TABLE | changes)


def spec(**changes: Any) -> CaseSpec:
    return CaseSpec.model_validate({"name": "one", "sizes": {"n": 3}} | changes)


def test_a_group_stands_where_its_first_input_does() -> None:
    x = np.ones(3)
    grouped = signature(arguments={"tail": {"tuple": ["d", "b"]}}, outputs={"y": {}})
    assert grouped.parameters == ("a", "tail", "c", "lr")
    assert grouped.arguments_of([x, 1.0, x, 2.0, 0.5])["tail"] == (2.0, 1.0)


def test_a_list_leaves_out_what_is_none_and_a_tuple_does_not() -> None:
    inputs = draw_inputs(signature(), spec(none=["c", "d"]))
    assert [len(layer) for layer in signature().arguments_of(inputs)["layers"]] == [2]  # type: ignore[union-attr, arg-type]
    kept = signature(arguments={"pair": {"tuple": ["a", "c"]}}, outputs={"y": {}})
    pair = kept.arguments_of(inputs)["pair"]
    assert isinstance(pair, tuple)
    assert pair[1] is None


def test_leaves_of_a_group_are_new_values_of_its_inputs() -> None:
    every = draw_inputs(signature(), spec())
    assert updated(signature(), every) == {
        "layers[0][0]": "a",
        "layers[0][1]": "b",
        "layers[1][0]": "c",
        "layers[1][1]": "d",
    }
    fewer = draw_inputs(signature(), spec(none=["c", "d"]))
    assert set(updated(signature(), fewer).values()) == {"a", "b"}


def frozen_steps(make_problem: MakeProblem) -> tuple[Problem, Version]:
    lazy = "def solve(layers, lr):\n    return [tuple(layer) for layer in layers]\n"
    problem = make_problem(STEP, TABLE)
    modules = problem.reference_modules
    problem = replace(
        problem,
        mistakes=(Mistake("lazy", "Nothing is learned.", lazy, ("layers",)),),
        gradients=Gradients(modules, "reference.small.loss", "lr", {}),
    )
    cases = [spec(), spec(name="two", none=["c", "d"]), spec(name="still", given={"lr": 0.0})]
    return problem, asyncio.run(freeze(problem, cases, InProcess()))


def test_a_step_over_a_list_of_tuples_is_frozen_with_a_tolerance_for_each_leaf(
    make_problem: MakeProblem,
) -> None:
    _, version = frozen_steps(make_problem)
    first, second, still = version.cases
    assert set(first.tolerances) == {"layers[0][0]", "layers[0][1]", "layers[1][0]", "layers[1][1]"}
    assert set(second.tolerances) == {"layers[0][0]", "layers[0][1]"}
    assert [case.mistakes["lazy"].caught for case in version.cases] == [True, True, False]
    assert (first.weight, still.weight) == (1.0, 0.0)
    again = Version.from_bytes(version.to_bytes())
    assert [len(case.arguments[0]) for case in again.cases] == [2, 1, 2]  # type: ignore[arg-type]


def test_its_gradients_are_slopes(make_problem: MakeProblem) -> None:
    problem, version = frozen_steps(make_problem)
    found = asyncio.run(slopes(problem, version, InProcess()))
    assert {slope.output for slope in found if slope.case == "two"} == {"layers[0][0]", "layers[0][1]"}
    assert all(slope.agrees for slope in found)


def test_the_search_leaves_out_whole_members(make_problem: MakeProblem) -> None:
    problem, _ = frozen_steps(make_problem)
    lengths = {
        len(case.arguments[0])  # type: ignore[arg-type]
        for case in asyncio.run(probe(problem, ["lazy"], InProcess()))
    }
    assert lengths == {1, 2}


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ({"g": {"list": ["a"], "tuple": ["b"]}}, "give either 'tuple' or 'list'"),
        ({"g": {}}, "give either 'tuple' or 'list'"),
        ({"g": {"list": ["z"]}}, "arguments.g names 'z', which is no input"),
        ({"g": {"list": ["a", {"tuple": ["a"]}]}}, "names 'a' a second time"),
        ({"lr": {"list": ["a"]}}, "has the name of an input"),
    ],
)
def test_groups_that_make_no_sense(arguments: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValidationError, match=reason):
        signature(arguments=arguments, outputs={"y": {}})


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"none": ["a"]}, "none names 'a'"),
        ({"none": ["c"], "given": {"c": [1, 2, 3]}}, "given, drawn or None"),
        ({"none": ["c"], "draws": {"c": {"scale": 2}}}, "given, drawn or None"),
    ],
)
def test_none_that_makes_no_sense(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(UnusableCase, match=reason):
        draw_inputs(signature(), spec(**changes))


ORDERS = Signature.model_validate(
    {
        "sizes": {"n": {"min": 0, "max": 9}},
        "inputs": {
            "order": {"draw": "permutation", "shape": ["n"], "as": "int64"},
            "ids": {"draw": "integers", "low": 0, "high": 4, "shape": ["n"], "as": "int64"},
        },
        "outputs": {"y": {}},
    }
)


def test_a_permutation_holds_each_number_once() -> None:
    order, _ = draw_inputs(ORDERS, spec(sizes={"n": 9}))
    assert isinstance(order, np.ndarray)
    assert sorted(order.tolist()) == list(range(9))
    assert order.tolist() != list(range(9))
    with pytest.raises(UnusableCase, match="no order of 0 to 2"):
        draw_inputs(ORDERS, spec(given={"order": [0, 0, 1]}))


def test_bad_values_are_for_cases_that_expect_an_exception() -> None:
    bad: dict[str, Any] = {"given": {"ids": [-1, 0, 9]}}
    with pytest.raises(UnusableCase, match="keep it from 0 to 3"):
        draw_inputs(ORDERS, spec(**bad))
    _, ids = draw_inputs(ORDERS, spec(**bad, raises=["ValueError"]))
    assert isinstance(ids, np.ndarray)
    assert ids.tolist() == [-1, 0, 9]
