"""The tolerance that a case measures for itself: correct code passes, however it was written."""

import asyncio
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from grader.cases import CaseSpec, UnusableCase
from grader.compare import compare
from grader.freeze import freeze
from grader.margins import margins
from grader.problem import Problem
from grader.runner import Runner
from grader.sandbox.job import CaseOutcome
from grader.signature import Signature
from grader.tolerance import STEP, Unfreezable, measure, perturb
from grader.version import FrozenCase, Version
from tests.grader.fake_sandbox import InProcess

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
    assert found.tolerance == pytest.approx(8 * 3e-7 + 8 * 2**-24 * 5 + 1e-9, rel=1e-6)
    assert found.condition == pytest.approx(3e-7 / (2**-24 * 1), rel=1e-6)
    unmoved = measured(ARGUMENTS[2], [ARGUMENTS[2]] * 4)["w"]
    assert unmoved.condition == 0
    assert unmoved.tolerance == pytest.approx(8 * 2**-24 * 4 + 1e-9)


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


def scaled(*scales: float) -> st.SearchStrategy[dict[str, Any]]:
    return st.sampled_from(scales).map(lambda scale: {"scale": scale})


WILD = {
    "w_emb": scaled(0.05, 0.5, 1.0, 3.0),
    "w_h": scaled(0.1, 0.5, 0.8),
    "w_out": st.one_of(
        scaled(0.5, 5.0, 10.0, 30.0), st.just({"draw": "offset", "offset": 400, "signed": True})
    ),
}
#: Neither 1 - h^2 nor the loss comes near 0, where float32 keeps no digit of the difference.
SINGLE = "float32"
CALM = {"w_emb": scaled(0.05, 0.5), "w_h": scaled(0.1, 0.5), "w_out": scaled(0.05, 0.5)}


def specs(weights: dict[str, st.SearchStrategy[dict[str, Any]]]) -> st.SearchStrategy[CaseSpec]:
    """Cases as an instructor might think of them."""
    tokens = st.sampled_from(["repeat", "alternate", "runs"]).map(lambda name: {"draw": name})
    draws = st.fixed_dictionaries({}, optional={"tokens": tokens, **weights})
    return st.builds(
        CaseSpec,
        name=st.just("drawn"),
        seed=st.integers(0, 2**32),
        sizes=st.fixed_dictionaries(
            {
                "T": st.one_of(st.integers(2, 12), st.just(60)),
                "V": st.integers(1, 12),
                "d_emb": st.integers(1, 6),
                "d_h": st.integers(1, 8),
            }
        ),
        draws=draws,
        layout=st.sampled_from(["C", "F", "strided"]),
    )


def frozen_alone(problem: Problem, spec: CaseSpec) -> FrozenCase:
    """The case without what would refuse it for the sake of the very variants that are tried here."""
    try:
        bare = replace(problem, mistakes=(), variants={})
        (case,) = asyncio.run(freeze(bare, [spec], InProcess())).cases
    except UnusableCase:  # too sensitive, or too little changed, to grade anybody by
        reject()
    return case


def made_by(problem: Problem, source: str, case: FrozenCase) -> CaseOutcome:
    (outcome,) = asyncio.run(Runner(problem, InProcess()).file(source, [case.input]))
    return outcome


def held_to(problem: Problem, spec: CaseSpec, variants: list[str]) -> None:
    case = frozen_alone(problem, spec)
    for name in variants:
        found = margins(case, problem.signature, made_by(problem, problem.variants[name], case))
        assert max(found.values()) <= 1, (name, found)


@given(specs(WILD), st.booleans())
@settings(max_examples=60, suppress_health_check=[HealthCheck.filter_too_much])
def test_correct_code_passes_however_it_is_written(
    flagship: Problem, full: Problem, spec: CaseSpec, whole: bool
) -> None:
    problem = full if whole else flagship
    held_to(problem, spec, [name for name in problem.variants if name != SINGLE])


@given(specs(CALM), st.booleans())
@settings(max_examples=60)
def test_single_precision_passes_where_it_has_digits_left(
    flagship: Problem, full: Problem, spec: CaseSpec, whole: bool
) -> None:
    """Elsewhere freezing refuses the case, as it does for any right variant that fails."""
    held_to(full if whole else flagship, spec, [SINGLE])


@given(st.data())
def test_twice_the_tolerance_is_wrong(full_version: Version, data: st.DataObject) -> None:
    case = full_version.cases[data.draw(st.integers(0, len(full_version.cases) - 1))]
    which = data.draw(st.integers(0, 3))
    name = list(full_version.signature.outputs)[which]
    assert isinstance(case.expected, tuple)
    value = [np.array(item) for item in case.expected]
    at = data.draw(st.integers(0, value[which].size - 1))
    value[which].flat[at] += data.draw(st.sampled_from([2, -2])) * case.tolerances[name]
    found = compare(case, full_version.signature, tuple(value))
    assert [mismatch.output for mismatch in found] == [name]


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
