"""Diagnosis: what it names, and when it keeps quiet."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from grader.cases import CaseSpec
from grader.freeze import freeze
from grader.grade import report_of
from grader.problem import Mistake, Problem
from grader.report import Diagnosis
from grader.version import Version
from tests.grader.fake_sandbox import InProcess

RIGHT = """
import numpy as np

def train_step(tokens, w_emb, w_h, w_out, h0, lr):
    tok = tokens.astype(int)
    n = len(tok) - 1
    h = h0
    dw = np.zeros_like(w_out)
    for t in range(n):
        h = np.tanh(np.concatenate([w_emb[tok[t]], h]) @ w_h)
        z = h @ w_out
        p = np.exp(z - z.max())
        p /= p.sum()
        p[tok[t + 1]] -= 1
        dw += np.outer(h, p / n)
    return RETURNED
"""
STEP = "(w_out - lr * dw).ravel()"


def diagnosis(version: Version, source: str) -> Diagnosis | None:
    return asyncio.run(report_of(version, source, InProcess())).diagnosis


def returning(expression: str) -> str:
    return RIGHT.replace("RETURNED", expression)


def test_nothing_to_explain(version: Version) -> None:
    assert diagnosis(version, returning(STEP)) is None


RELATIONS = {
    "unchanged": ("w_out.ravel()", "unchanged", "There is no change in w_out"),
    "step": ("(-lr * dw).ravel()", "step", "looks like the step alone"),
    "step uphill": ("(lr * dw).ravel()", "step", "looks like the step alone"),
    "twice": ("(w_out - 2 * lr * dw).ravel()", "times 2", "2 times what it should be"),
    "a third": ("(w_out - lr * dw / 3).ravel()", "times 1/3", "1/3 times"),
    "minus twice": ("(w_out + 2 * lr * dw).ravel()", "times -2", "-2 times what it should be"),
    "a number that could say something": ("(w_out - 0.3718 * lr * dw).ravel()", None, ""),
    "times T": ("(w_out - lr * dw * len(tok)).ravel()", "times T", "T times"),
    "over V": ("(w_out - lr * dw / w_out.shape[1]).ravel()", "times 1/V", "1/V times"),
    "over n": ("(w_out - lr * dw / n).ravel()", "times 1/(T - 1)", "1/(T - 1) times"),
}


@pytest.mark.parametrize(("expression", "name", "says"), RELATIONS.values(), ids=RELATIONS.keys())
def test_relations(version: Version, expression: str, name: str | None, says: str) -> None:
    found = diagnosis(version, returning(expression))
    if name is None:
        assert found is None
        return
    assert found is not None
    assert (found.kind, found.name, found.outputs) == ("relation", name, ["w_out"])
    assert says in found.message


@pytest.mark.parametrize(
    ("expression", "name"),
    [
        ("(w_out - lr * dw * n).ravel()", "no_mean"),
        ("(w_out + lr * dw).ravel()", "sign_wrong"),
        ("(w_out - dw).ravel()", "learning_rate_forgotten"),
        ("dw.ravel()", "gradient_returned"),
    ],
)
def test_a_known_mistake_in_other_words(version: Version, expression: str, name: str) -> None:
    found = diagnosis(version, returning(expression))
    assert found is not None
    assert (found.kind, found.name) == ("mistake", name)
    assert found.message == version.mistakes[name].message


def test_a_list_is_explained_like_an_array(version: Version) -> None:
    found = diagnosis(version, returning("(w_out - lr * dw * n).ravel().tolist()"))
    assert found is not None
    assert found.name == "no_mean"


def test_a_step_alone_that_forgot_the_learning_rate(version: Version) -> None:
    found = diagnosis(version, returning("-dw.ravel()"))
    assert found is not None
    assert (found.kind, found.name) == ("mistake", "learning_rate_forgotten and step")
    forgotten = version.mistakes["learning_rate_forgotten"].message
    assert found.message.startswith(f"Two mistakes at once. {forgotten} Besides: ")
    assert "What comes back as w_out looks like the step alone" in found.message


@pytest.mark.parametrize(
    ("expression", "names"),
    [
        ("(w_out + lr * dw * n).ravel()", ("no_mean", "sign_wrong")),
        ("(w_out - lr * lr * dw * n).ravel()", ("no_mean", "learning_rate_twice")),
        ("(w_out + lr * lr * dw).ravel()", ("sign_wrong", "learning_rate_twice")),
    ],
)
def test_two_mistakes_that_each_change_the_whole_step(
    version: Version, expression: str, names: tuple[str, str]
) -> None:
    # Each of them is found with the other on top of it, and both findings say the same.
    found = diagnosis(version, returning(expression))
    assert found is not None
    assert (found.kind, found.name) == ("mistake", " and ".join(names))
    first, second = (version.mistakes[name].message for name in names)
    assert found.message == f"Two mistakes at once. {first} Besides: {second}"


def test_two_mistakes_at_once_are_none_of_them(version: Version) -> None:
    assert diagnosis(version, returning('(w_out + 3.7 * lr * dw * n).ravel(order="F")')) is None


def test_a_mistake_on_some_cases_only_explains_nothing_else(version: Version) -> None:
    mixed = "(w_out - lr * dw * n if n == 2 else w_out + 0.3).ravel()"
    assert diagnosis(version, returning(mixed)) is None


def test_a_mistake_that_one_case_is_spared_of_is_still_named(version: Version) -> None:
    found = diagnosis(version, returning("(w_out - lr * dw * (1 if n == 2 else n)).ravel()"))
    assert found is not None
    assert found.name == "no_mean"


def test_of_two_mistakes_alike_the_one_that_passes_where_the_code_passed(version: Version) -> None:
    # Both softmaxes give NaN wherever the steps lie far apart; only one fails on large logits as well.
    per_step = "z - z.max()"
    naive = diagnosis(version, returning(STEP).replace(per_step, "z"))
    far = "z - (z.max() if np.abs(w_out).max() < 900 else np.abs(w_out).sum())"
    shared = diagnosis(version, returning(STEP).replace(per_step, far))
    assert naive is not None
    assert shared is not None
    assert (naive.name, shared.name) == ("unstable_softmax", "softmax_global_max")


def test_a_mistake_explains_only_where_it_shows(make_problem: Callable[..., Problem]) -> None:
    table: dict[str, Any] = {"inputs": {"x": {"draw": "normal"}}, "outputs": {"y": {"shape": []}}}
    right = "def solve(x):\n    return 2 * x\n"
    problem = replace(
        make_problem(right, table), mistakes=(Mistake("none", "Nothing is wrong.", right, ("y",)),)
    )
    version = asyncio.run(freeze(problem, [CaseSpec(name="one")], InProcess()))
    assert diagnosis(version, "def solve(x):\n    return None\n") is None


@pytest.mark.parametrize("made", ["[x, x[1:]]", "{'a': x, 'b': [x, x[1:]]}"])
def test_a_mistake_that_returns_no_array(make_problem: Callable[..., Problem], made: str) -> None:
    table: dict[str, Any] = {
        "sizes": {"n": {"min": 1, "max": 9}},
        "inputs": {"x": {"draw": "normal", "shape": ["n"]}},
        "outputs": {"y": {"shape": ["n"]}},
    }
    wrong = f"def solve(x):\n    return {made}\n"
    problem = replace(
        make_problem("def solve(x):\n    return 2 * x\n", table),
        mistakes=(Mistake("parts", "You return parts.", wrong, ("y",)),),
    )
    version = asyncio.run(freeze(problem, [CaseSpec(name="three", sizes={"n": 3})], InProcess()))
    found = diagnosis(version, wrong)
    assert found is not None
    assert found.name == "parts"
    assert diagnosis(version, wrong.replace("x[1:]", "x[:1]")) is None


def test_overflow(version: Version) -> None:
    found = diagnosis(version, returning("np.full(w_out.size, np.nan)"))
    assert found is not None
    assert found.kind == "numerical"
    assert "exp above 709" in found.message


def test_a_limit_or_a_wrong_shape_is_explained_by_its_message(version: Version) -> None:
    assert diagnosis(version, returning("w_out")) is None
    assert diagnosis(version, returning("None")) is None


def test_relations_between_plain_values(make_problem: Callable[..., Problem]) -> None:
    table: dict[str, Any] = {
        "sizes": {"n": {"min": 2, "max": 9}},
        "inputs": {"x": {"draw": "normal", "shape": ["n", "n"]}},
        "outputs": {"total": {"shape": []}, "square": {"shape": ["n", "n"]}},
    }
    problem = make_problem("def solve(x):\n    return float(x.sum()) + 9, x * x\n", table)
    cases = [CaseSpec(name=f"n = {n}", seed=n, sizes={"n": n}) for n in (3, 4, 5)]
    version = asyncio.run(freeze(problem, cases, InProcess()))
    found = diagnosis(version, "def solve(x):\n    return -x.sum() - 9, (x * x).T\n")
    assert found is not None
    assert found.name == "negated and rearranged"
    assert found.outputs == ["total", "square"]
    found = diagnosis(version, "def solve(x):\n    return x.sum() + 9, x * x * len(x)\n")
    assert found is not None
    assert (found.name, found.outputs) == ("times n", ["square"])
    assert found.message.startswith("What comes back as square is n times what it should be")


@pytest.mark.parametrize(("visibility", "output"), [("public", "table['seven']"), ("hidden", "table")])
@pytest.mark.parametrize(("wrong", "kind"), [("2.0", "relation"), ("float('nan')", "numerical")])
def test_a_hidden_cases_keys_are_not_told(
    make_problem: Callable[..., Problem], visibility: Any, output: str, wrong: str, kind: str
) -> None:
    table: dict[str, Any] = {
        "inputs": {"word": {"draw": "text", "length": 3, "alphabet": "abc"}},
        "outputs": {"table": {}},
    }
    problem = make_problem("def solve(word):\n    return {word: 1.0, 'b': 1.0}\n", table)
    cases = [CaseSpec(name="secret", visibility=visibility, given={"word": "seven"})]
    version = asyncio.run(freeze(problem, cases, InProcess()))
    found = diagnosis(version, f"def solve(word):\n    return {{word: {wrong}, 'b': {wrong}}}\n")
    assert found is not None
    assert found.kind == kind
    assert found.outputs[0] == output
    assert ("seven" in found.message) is (visibility == "public")


WINDOWS: dict[str, Any] = {
    "sizes": {"n": {"min": 1, "max": 9}},
    "inputs": {"ids": {"draw": "integers", "low": 0, "high": 9, "shape": ["n"], "as": "int64"}},
    "outputs": {"pairs": {}},
}
PAIRS = "def solve(ids):\n    CHECK\n    return [(int(a), int(b)) for a, b in zip(ids[:-1], ids[1:])]TAIL\n"
REFUSES = "if (ids < 0).any():\n        raise ValueError('negative')"


def pairs(check: str = REFUSES, tail: str = "") -> str:
    return PAIRS.replace("CHECK", check).replace("TAIL", tail)


def windows(make_problem: Callable[..., Problem]) -> Version:
    mistakes = (
        Mistake(
            "one_too_many", "The last one has no successor.", pairs(tail=" + [(int(ids[-1]), 0)]"), ("pairs",)
        ),
        Mistake("first_left_out", "The first one has a successor too.", pairs(tail="[1:]"), ("pairs",)),
        Mistake("negative_accepted", "No id is negative.", pairs("pass"), (), "ValueError"),
    )
    problem = replace(make_problem(pairs(), WINDOWS), mistakes=mistakes)
    bad = CaseSpec(name="bad", sizes={"n": 3}, given={"ids": [1, -2, 3]}, raises=("ValueError",))
    cases = [CaseSpec(name="three", sizes={"n": 3}), CaseSpec(name="six", sizes={"n": 6}), bad]
    return asyncio.run(freeze(problem, cases, InProcess()))


@pytest.mark.parametrize(
    ("source", "name"),
    [
        (pairs(tail=" + [(int(ids[-1]), 0)]"), "one_too_many"),
        (pairs(tail="[1:]"), "first_left_out"),
        (pairs("pass"), "negative_accepted"),
        (pairs(tail=" + [(0, 0)] * 3"), None),
    ],
)
def test_values_of_another_length_and_missing_exceptions_are_recognised(
    make_problem: Callable[..., Problem], source: str, name: str | None
) -> None:
    found = diagnosis(windows(make_problem), source)
    assert (found.name if found else None) == name
