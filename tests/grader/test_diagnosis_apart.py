"""Several mistakes at once in real exercises, where some cases should raise and others return."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from grader.cases import CaseSpec
from grader.freeze import freeze
from grader.grade import report_of
from grader.problem import PROBLEMS, Mistake, Problem, load_problem
from grader.report import Diagnosis
from grader.version import Version
from tests.grader.fake_sandbox import InProcess


@cache
def frozen(slug: str) -> Version:
    problem = load_problem(PROBLEMS / slug)
    return asyncio.run(freeze(problem, problem.cases, InProcess()))


def diagnosis(slug: str, source: str) -> Diagnosis | None:
    return asyncio.run(report_of(frozen(slug), source, InProcess())).diagnosis


def mistake(slug: str, name: str, *changes: tuple[str, str]) -> str:
    """A known mistake's source, and another one made in it."""
    source = (PROBLEMS / slug / "mistakes" / f"{name}.py").read_text()
    for old, new in changes:
        assert old in source
        source = source.replace(old, new)
    return source


def sentence(slug: str, name: str) -> str:
    return frozen(slug).mistakes[name].message


NO_CHECK_BELOW = ("if ids.min() < 0 or ids.max() >= len(W):", "if ids.max() >= len(W):")


def test_wrong_values_and_a_missing_refusal_are_both_named() -> None:
    found = diagnosis("batches", mistake("batches", "last_token_an_input", ("size < 1", "size == 0")))
    assert found is not None
    assert (found.kind, found.name) == ("mistake", "last_token_an_input and any_size")
    values, refusal = (sentence("batches", name) for name in ("last_token_an_input", "any_size"))
    assert found.message == (
        f"Where a value is wanted: {values} Where the input should be refused: {refusal}"
    )


def test_wrong_values_and_an_exception_that_should_not_come_are_both_named() -> None:
    source = mistake("rnn-forward", "state_asked_for_truth", ("np.tanh(", "("))
    found = diagnosis("rnn-forward", source)
    assert found is not None
    assert (found.kind, found.name) == ("mistake", "tanh_forgotten and state_asked_for_truth")
    returns, raises = (sentence("rnn-forward", name) for name in found.name.split(" and "))
    assert found.message.startswith(
        f"Where a value is wanted and comes back: {returns} Of what is computed, "
    )
    assert found.message.endswith(f" Where a value is wanted and an exception comes: {raises}")


def test_one_output_of_what_should_be_refused_is_enough_if_only_one_mistake_makes_it() -> None:
    # The rows read are those that negative ids lead to; the other mistake spoils the gradient alone.
    found = diagnosis("embedding", mistake("embedding", "last_one_wins", NO_CHECK_BELOW))
    assert found is not None
    assert found.name == "last_one_wins and negative_accepted"
    assert found.message.endswith(
        f"Where the input should be refused: {sentence('embedding', 'negative_accepted')}"
    )


@pytest.mark.parametrize(
    ("slug", "name", "change"),
    [
        # All that comes back is spoilt by the other mistake, so nothing says why it is not refused.
        ("elman-lm-forward", "output_bias_forgotten", ("ids.min() < 0 or", "")),
        ("one-hot-tokens", "batch_first", ("ids.min() < 0 or", "")),
    ],
)
def test_what_is_not_sure_is_not_told(slug: str, name: str, change: tuple[str, str]) -> None:
    found = diagnosis(slug, mistake(slug, name, change))
    assert found is not None
    assert found.name == name
    assert found.message.startswith(f"Where a value is wanted: {sentence(slug, name)}")
    assert "refused" not in found.message


def test_where_nothing_says_why_the_first_wrong_output_of_what_came_is_told() -> None:
    source = mistake("elman-stack", "one_first_state", ("h @ U + b)", "h @ U + b) * 0.9 + 0.01"))
    found = diagnosis("elman-stack", source)
    assert found is not None
    assert (found.kind, found.name) == ("order", "states")
    assert found.message.startswith(
        "Where a value is wanted and comes back: Of what is computed, states comes"
    )


def test_of_two_alike_the_one_that_is_not_wrong_where_the_attempt_is_right(
    make_problem: Callable[..., Problem],
) -> None:
    table: dict[str, Any] = {
        "inputs": {"x": {"draw": "constant", "value": 1.0}},
        "outputs": {"a": {"shape": []}, "b": {"shape": []}},
    }
    check = "def solve(x):\n    if x < 0:\n        raise ValueError\n"
    unchecked = "def solve(x):\n    return x, 2 * x\n"
    mistakes = (
        Mistake("plus", "Nothing is added.", unchecked.replace("x,", "x + (x > 0),"), ("a", "b")),
        Mistake("negative_accepted", "It is negative.", unchecked, ("a", "b")),
    )
    problem = replace(make_problem(check + "    return x, 2 * x\n", table), mistakes=mistakes)
    cases = [
        CaseSpec(name="one"),
        CaseSpec(name="two", given={"x": 2.0}),
        CaseSpec(name="refused", given={"x": -2.0}, raises=("ValueError",)),
    ]
    version = asyncio.run(freeze(problem, cases, InProcess()))
    source = unchecked.replace("2 * x", "2 * x + 0.3 * (x > 0)")
    found = asyncio.run(report_of(version, source, InProcess())).diagnosis
    assert found is not None
    assert found.name == "negative_accepted"
    assert found.message == "Where the input should be refused: It is negative."
