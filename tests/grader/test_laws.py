"""Metamorphic laws: what they ask for, what keeps them, what breaks them."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from grader.cases import CaseSpec
from grader.freeze import freeze
from grader.laws import LAWS, Relabel, Shift, Still
from grader.metamorphic import broken_laws, experiment, untried
from grader.problem import Mistake, Problem
from grader.signature import Signature
from grader.version import Version
from tests.grader.fake_sandbox import InProcess

MakeProblem = Callable[..., Problem]


def broken(problem: Problem, version: Version) -> dict[str, set[str]]:
    found = asyncio.run(broken_laws(problem, version, InProcess()))
    return {code: {one.law.law for one in laws} for code, laws in found.items()}


def test_the_flagships_laws(full: Problem, full_version: Version) -> None:
    found = broken(full, full_version)
    assert {law.law for law in full.metamorphic} == set(LAWS)
    assert found["reference"] == set()
    assert all(not laws for code, laws in found.items() if code.startswith("variants/"))
    # A law needs no expected value, and still tells some mistakes from right code.
    assert "repeat" in found["mistakes/momentum"]
    assert "still" in found["mistakes/weight_decay"] | found["mistakes/gradients_returned"]
    assert "shift" in found["mistakes/unstable_softmax"] | found["mistakes/onehot_forgotten"]
    assert found["mistakes/no_mean"] == set()


TABLE: dict[str, Any] = {
    "sizes": {"n": {"min": 1, "max": 9}},
    "inputs": {
        "ids": {"draw": "integers", "low": 0, "high": "n", "shape": [5]},
        "w": {"draw": "normal", "shape": ["n", 2]},
        "rate": {"draw": "constant", "value": 0.5},
    },
    "outputs": {"w": {"shape": ["n", 2], "updates": "w"}, "used": {"shape": ["n"]}},
}
RIGHT = """
import numpy as np

def solve(ids, w, rate):
    used = np.bincount(ids.astype(int), minlength=len(w)).astype(float)
    return w - rate * used[:, None] * np.diff(w, axis=1), used
"""
RELABEL = Relabel(law="relabel", ids="ids", axes={"w": 0}, outputs={"used": 0})


@pytest.mark.parametrize(
    ("law", "wrong"),
    [
        (RELABEL, ("used[:, None]", "np.arange(len(w))[:, None]")),
        (Still(law="still", input="rate"), ("w - rate", "w - (rate + 0.1)")),
        (Shift(law="shift", input="w", axis=1), ("np.diff(w, axis=1)", "w")),
        (
            LAWS["repeat"].model_validate({"law": "repeat"}),
            ("    used", "    w += len(done); done.append(1)\n    used"),
        ),
    ],
    ids=["relabel", "still", "shift", "repeat"],
)
def test_what_breaks_a_law(make_problem: MakeProblem, law: Any, wrong: tuple[str, str]) -> None:
    source = "done = []\n" + RIGHT.replace(*wrong, 1)
    problem = replace(
        make_problem(RIGHT, TABLE),
        metamorphic=(law,),
        variants={"again": RIGHT},
        mistakes=(Mistake("wrong", "It is wrong.", source, ("w",)),),
    )
    cases = [CaseSpec(name=layout, seed=3, sizes={"n": 4}, layout=layout) for layout in ("C", "F")]
    version = asyncio.run(freeze(problem, cases, InProcess()))
    assert broken(problem, version) == {
        "reference": set(),
        "variants/again": set(),
        "mistakes/wrong": {law.law},
    }


OPTIONAL: dict[str, Any] = {
    "sizes": {"n": {"min": 1, "max": 900}},
    "inputs": {
        "x": {"draw": "normal", "shape": ["n", 2]},
        "order": {"draw": "permutation", "shape": ["n"], "optional": True},
        "bias": {"draw": "normal", "shape": [2], "optional": True},
        "rate": {"draw": "constant", "value": 0.5, "optional": True},
    },
    "outputs": {"x": {"shape": ["n", 2], "updates": "x"}, "spread": {"shape": []}},
}
CENTRED = """
def solve(x, order, bias, rate):
    rate = 1.0 if rate is None else rate
    first = x[0] if order is None else x[int(order[0])]
    spread = 0.0 if bias is None else float(bias[1] - bias[0])
    return x - rate * first, spread
"""
OPTIONAL_LAWS = (
    Still(law="still", input="rate"),
    Shift(law="shift", input="bias", axis=0),
    Relabel(law="relabel", ids="order", axes={"x": 0}),
)


def with_cases(make_problem: MakeProblem, *cases: tuple[int, tuple[str, ...]]) -> tuple[Problem, Version]:
    problem = replace(make_problem(CENTRED, OPTIONAL), metamorphic=OPTIONAL_LAWS)
    for law in OPTIONAL_LAWS:
        law.check_names(problem.signature)
    specs = [
        CaseSpec(name=str(number), seed=number, sizes={"n": n}, none=none)
        for number, (n, none) in enumerate(cases)
    ]
    return problem, asyncio.run(freeze(problem, specs, InProcess()))


def test_a_law_is_tried_where_its_inputs_are_given(make_problem: MakeProblem) -> None:
    none = [("rate",), ("bias",), ("order",), ("rate", "bias", "order"), ()]
    problem, version = with_cases(make_problem, *((4, names) for names in none))
    tried = {case.name: [law.law for law, _ in pairs] for case, pairs in experiment(problem, version).pairs}
    assert tried == {
        "0": ["shift", "relabel"],
        "1": ["still", "relabel"],
        "2": ["still", "shift"],
        "4": ["still", "shift", "relabel"],
    }
    assert broken(problem, version) == {"reference": set()}
    assert untried(problem, version) == []


def test_each_law_has_cases_of_its_own(make_problem: MakeProblem) -> None:
    problem, version = with_cases(make_problem, *[(2, ("rate",))] * 12, *[(2, ())] * 10)
    tried = [law.law for _, pairs in experiment(problem, version).pairs for law, _ in pairs]
    assert [tried.count(law) for law in ("still", "shift", "relabel")] == [8, 8, 8]


def test_laws_that_no_case_tries(make_problem: MakeProblem) -> None:
    problem, version = with_cases(make_problem, (4, ("rate",)), (850, ()))
    assert untried(problem, version) == [OPTIONAL_LAWS[0]]
    problem, version = with_cases(make_problem, (850, ()))
    assert untried(problem, version) == [*OPTIONAL_LAWS]
    assert broken(problem, version) == {"reference": set()}


@pytest.mark.parametrize(
    "returned", ["None, used", "None, None", "[w, w[:1]], used", "w * np.inf, used", "w[0], 3"]
)
def test_code_that_returns_something_else_breaks_laws_and_nothing_more(
    make_problem: MakeProblem, returned: str
) -> None:
    wrong = "import numpy as np\ndef solve(ids, w, rate):\n    used = np.zeros(len(w))\n"
    problem = replace(
        make_problem(RIGHT, TABLE),
        metamorphic=(RELABEL, Still(law="still", input="rate"), Shift(law="shift", input="w", axis=1)),
        mistakes=(Mistake("wrong", "It is wrong.", f"{wrong}    return {returned}\n", ("w",)),),
    )
    version = asyncio.run(freeze(problem, [CaseSpec(name="one", seed=3, sizes={"n": 4})], InProcess()))
    assert broken(problem, version)["mistakes/wrong"]


def test_changed_inputs_keep_kind_and_layout() -> None:
    signature = Signature.model_validate(TABLE)
    ids, w = np.array([0.0, 2.0, 1.0, 2.0, 0.0]), np.asfortranarray(np.arange(6.0).reshape(3, 2))
    pair = RELABEL.pair(signature, (ids, w, 0.5), np.random.default_rng(1))
    new_ids, new_w, rate = pair.inputs
    assert isinstance(new_ids, np.ndarray)
    assert isinstance(new_w, np.ndarray)
    assert new_ids.dtype == np.float64
    assert new_w.flags.f_contiguous
    assert rate == 0.5
    np.testing.assert_array_equal(new_w[new_ids.astype(int)], w[ids.astype(int)])


@pytest.mark.parametrize(
    ("law", "says"),
    [
        ({"law": "still", "input": "lr"}, "still: input names 'lr', which is none of ids, w, rate"),
        ({"law": "shift", "input": "w", "axis": 2}, "'w' has 2 axes, so 2 is none of them"),
        ({"law": "relabel", "ids": "id", "axes": {"w": 0}}, "relabel: ids names 'id'"),
        (
            {"law": "relabel", "ids": "ids", "axes": {"w": 0}, "outputs": {"y": 0}},
            "relabel: outputs names 'y'",
        ),
        (
            {"law": "relabel", "ids": "ids", "axes": {"w": 0}, "outputs": {"used": 1}},
            "relabel: outputs: 'used' has 1 axes, so 1 is none of them; the first is 0",
        ),
        (
            {"law": "relabel", "ids": "ids", "axes": {"w": 0}, "outputs": {"any": 0}},
            "relabel: outputs names 'any', which has no shape; give it one",
        ),
        (
            {"law": "relabel", "ids": "ids", "axes": {"w": 1}},
            "'w' is 2 long along its axis, and 'ids' holds another number of ids; name the axis that they",
        ),
        (
            {"law": "relabel", "ids": "ids", "axes": {"w": 0}, "outputs": {"pair": 0}},
            "'pair' is 2 long along its axis, and 'ids' holds another number of ids",
        ),
        (
            {"law": "relabel", "ids": "order", "axes": {"w": 0}},
            "'w' is n long along its axis, and 'order' holds",
        ),
        (
            {"law": "relabel", "ids": "ids", "axes": {"ids": 0}},
            "axes names 'ids', the ids themselves; take it",
        ),
        *(
            (
                {"law": "relabel", "ids": ids, "axes": {"w": 0}},
                f"relabel: '{ids}' holds no ids from 0 up; name an input that is drawn by 'integers'",
            )
            for ids in ("rate", "word", "targets")
        ),
        *(
            (
                {"law": law, "input": name} | more,
                f"{law}: input names '{name}', which is discrete; name a real",
            )
            for law, name, more in (
                ("still", "ids", {}),
                ("still", "word", {}),
                ("still", "count", {}),
                ("shift", "ids", {"axis": 0}),
            )
        ),
        (
            {"law": "shift", "input": "word", "axis": 0},
            "shift: input: 'word' has 0 axes, so 0 is none of them",
        ),
    ],
)
def test_a_law_that_names_nothing_of_use(law: dict[str, Any], says: str) -> None:
    more = {
        "order": {"draw": "permutation", "shape": ["n", 3]},
        "word": {"draw": "text", "alphabet": "ab", "length": 3},
        "targets": {"draw": "integers", "low": -1, "high": "n", "shape": [5]},
        "count": {"draw": "constant", "value": 3, "as": "int64"},
    }
    signature = Signature.model_validate(
        {
            "sizes": TABLE["sizes"],
            "inputs": TABLE["inputs"] | (more if "'lr'" not in says else {}),
            "outputs": TABLE["outputs"] | {"any": {}, "pair": {"shape": [2]}},
        }
    )
    with pytest.raises(ValueError, match="metamorphic: ") as caught:
        LAWS[law["law"]].model_validate(law).check_names(signature)  # type: ignore[attr-defined]
    assert says in str(caught.value)


def test_ids_may_be_a_permutation_or_written_otherwise() -> None:
    signature = Signature.model_validate(
        {
            "sizes": {"n": {"min": 1, "max": 9}, "m": {"min": 1, "max": 9}},
            "inputs": {
                "order": {"draw": "permutation", "shape": ["n", "m"]},
                "ids": {"draw": "integers", "low": 0, "high": "n + 1", "shape": [3]},
                "ten": {"draw": "integers", "low": 0.0, "high": 10.0, "shape": [3]},
                "rows": {"draw": "normal", "shape": ["m*n", "1+n", 10]},
            },
            "outputs": {"y": {"shape": ["n + 1"]}},
        }
    )
    for ids, axis in (("order", 0), ("ids", 1), ("ten", 2)):
        Relabel(law="relabel", ids=ids, axes={"rows": axis}).check_names(signature)
    Relabel(law="relabel", ids="ids", axes={"rows": 1}, outputs={"y": 0}).check_names(signature)


def test_nothing_to_keep_still() -> None:
    signature = Signature.model_validate(TABLE | {"outputs": {"used": {"shape": ["n"]}}})
    with pytest.raises(ValueError, match="no output updates an input, so it asks for nothing; take it out"):
        Still(law="still", input="rate").check_names(signature)


def test_an_unknown_law_parameter() -> None:
    with pytest.raises(ValidationError):
        Shift.model_validate({"law": "shift", "input": "w", "axis": 1, "by": 2})
