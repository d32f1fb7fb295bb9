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
from grader.metamorphic import broken_laws
from grader.problem import Mistake, Problem
from grader.signature import Signature
from grader.version import Version
from tests.grader.fake_sandbox import InProcess

MakeProblem = Callable[..., Problem]


def broken(problem: Problem, version: Version) -> dict[str, set[str]]:
    found = asyncio.run(broken_laws(problem, version, InProcess()))
    return {code: {one.law for one in laws} for code, laws in found.items()}


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
    ],
)
def test_a_law_that_names_nothing(law: dict[str, Any], says: str) -> None:
    signature = Signature.model_validate(TABLE)
    with pytest.raises(ValueError, match="metamorphic: ") as caught:
        LAWS[law["law"]].model_validate(law).check_names(signature)  # type: ignore[attr-defined]
    assert says in str(caught.value)


def test_an_unknown_law_parameter() -> None:
    with pytest.raises(ValidationError):
        Shift.model_validate({"law": "shift", "input": "w", "axis": 1, "by": 2})
