"""The tolerance that a case measures for itself: correct code passes, however it was written."""

import asyncio
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from grader.cases import CaseSpec, UnusableCase
from grader.compare import compare
from grader.freeze import freeze
from grader.problem import Problem
from grader.signature import Signature
from grader.tolerance import STEP, Unfreezable, measure, perturb
from grader.version import Version
from tests.grader.fake_sandbox import InProcess
from tests.grader.submitted import STYLES

SIGNATURE = Signature.model_validate(
    {
        "sizes": {"n": {"min": 1, "max": 50}},
        "inputs": {
            "ids": {"draw": "integers", "low": 0, "high": 9, "shape": ["n"], "as": "float64"},
            "mask": {"draw": "integers", "low": 0, "high": 2, "shape": ["n"], "as": "bool"},
            "w": {"draw": "normal", "shape": ["n"]},
            "rate": {"draw": "constant", "value": 0.5},
            "word": {"draw": "text", "alphabet": "ab", "length": 3},
        },
        "outputs": {"w": {"shape": ["n"], "updates": "w"}},
    }
)
ARGUMENTS = (np.array([1.0, 2.0]), np.array([True, False]), np.array([3.0, -4.0]), 0.5, "aba")


def test_only_continuous_inputs_are_perturbed() -> None:
    ids, mask, w, rate, word = perturb(SIGNATURE, ARGUMENTS, seed=1)
    np.testing.assert_array_equal(np.asarray(ids), ARGUMENTS[0])
    np.testing.assert_array_equal(np.asarray(mask), ARGUMENTS[1])
    assert word == "aba"
    np.testing.assert_allclose(np.abs(np.asarray(w) / ARGUMENTS[2] - 1), STEP, rtol=1e-6)
    assert isinstance(rate, float)
    assert abs(rate / 0.5 - 1) == pytest.approx(STEP, rel=1e-6)


def test_perturbation_keeps_the_layout() -> None:
    for w in (np.asfortranarray(np.ones((3, 2))), np.ones((3, 4))[:, ::2]):
        (nudged,) = perturb(
            Signature.model_validate(
                {"inputs": {"w": {"draw": "normal", "shape": [3, 2]}}, "outputs": {"w": {}}}
            ),
            (w,),
            seed=2,
        )
        assert isinstance(nudged, np.ndarray)
        assert nudged.flags.f_contiguous == w.flags.f_contiguous
        assert nudged.flags.c_contiguous == w.flags.c_contiguous


def measured(expected: Any, perturbed: list[Any], *, signature: Signature = SIGNATURE) -> Any:
    return measure(signature, ARGUMENTS, expected, [(ARGUMENTS, value) for value in perturbed])


def test_the_formula() -> None:
    expected = np.array([4.0, -5.0])  # the update is (1, -1)
    found = measured(
        expected, [expected, expected + np.array([1e-7, 0]), expected - np.array([0, 3e-7]), expected]
    )["w"]
    assert found.tolerance == pytest.approx(8 * 3e-7 + 2**-22 * 5 + 1e-9, rel=1e-6)
    assert found.condition == pytest.approx(3e-7 / (2**-24 * 1), rel=1e-6)
    unmoved = measured(ARGUMENTS[2], [ARGUMENTS[2]] * 4)["w"]
    assert unmoved.condition == 0
    assert unmoved.tolerance == pytest.approx(2**-22 * 4 + 1e-9)


PLAIN = Signature.model_validate({"inputs": {"x": {"draw": "normal"}}, "outputs": {"y": {}}})


@pytest.mark.parametrize(
    ("expected", "perturbed", "reason"),
    [
        (np.array([np.nan, 1.0]), np.array([1.0, 1.0]), "w is not finite"),
        (np.array([4.0, 1.0]), np.array([np.inf, 1.0]), "w is not finite"),
        (np.array([4.0, 1.0]), np.array([4.1, 1.0]), "w is too sensitive to rounding errors (condition"),
        (ARGUMENTS[2] + 1e-7, ARGUMENTS[2] + 1e-7, "w hardly changes (1e-07 at most)"),
        (ARGUMENTS[2], ARGUMENTS[2] + 1e-7, "w is too sensitive to rounding errors (condition inf"),
        (np.ones(3), np.ones(3), "another number of elements than the input"),
        (np.ones(2), [np.ones(2)], "changes its form"),
    ],
)
def test_refusals(expected: Any, perturbed: Any, reason: str) -> None:
    with pytest.raises(Unfreezable) as caught:
        measured(expected, [perturbed] * 4)
    assert reason in str(caught.value)


@pytest.mark.parametrize(
    ("expected", "moved"), [(3, 4), ("a", "b"), (True, False), (np.arange(2), np.ones(2))]
)
def test_exact_outputs_must_not_move(expected: Any, moved: Any) -> None:
    assert measure(PLAIN, (1.0,), expected, [((1.0,), expected)] * 4) == {}
    with pytest.raises(Unfreezable, match="compares exactly, but rounding errors change it"):
        measure(PLAIN, (1.0,), expected, [((1.0,), expected), ((1.0,), moved)])


def frozen_with_seeds(flagship: Problem, seed: int) -> Version:
    cases = [case.model_copy(update={"seed": seed + i}) for i, case in enumerate(flagship.cases)]
    try:
        return asyncio.run(freeze(replace(flagship, mistakes=()), cases, InProcess()))
    except UnusableCase:  # one seed in thousands draws a case too weak to grade by, and is refused
        reject()


@given(st.integers(0, 2**32))
@settings(max_examples=8, deadline=None)
def test_correct_code_passes_in_any_style_and_on_any_seed(flagship: Problem, seed: int) -> None:
    version = frozen_with_seeds(flagship, seed)
    for case in version.cases:
        for name, style in STYLES.items():
            value = style(*(np.copy(a) if isinstance(a, np.ndarray) else a for a in case.arguments))
            assert not compare(case, version.signature, value), (name, case.name)


@given(st.integers(0, 16), st.data())
def test_twice_the_tolerance_is_wrong(version: Version, index: int, data: st.DataObject) -> None:
    case = version.cases[index]
    value = np.copy(np.asarray(case.expected))
    at = data.draw(st.integers(0, value.size - 1))
    value[at] += data.draw(st.sampled_from([2, -2])) * case.tolerances["w_out"]
    assert compare(case, version.signature, value)


def test_a_chaotic_case_is_refused(flagship: Problem) -> None:
    chaos = CaseSpec.model_validate(
        {
            "name": "chaos",
            "seed": 1,
            "sizes": {"T": 400, "V": 10, "d_emb": 4, "d_h": 20},
            "draws": {"w_h": {"scale": 2.0}},
        }
    )
    with pytest.raises(UnusableCase, match="Case 'chaos': w_out is too sensitive"):
        asyncio.run(freeze(flagship, [chaos], InProcess()))
