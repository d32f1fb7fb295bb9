"""Cases and the draws that make their inputs."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from grader.cases import CaseSpec, UnusableCase, draw_inputs
from grader.problem import Problem
from grader.signature import Signature

SIGNATURE = Signature.model_validate(
    {
        "sizes": {"T": {"min": 2, "max": 2000}, "V": {"min": 1, "max": 2000}},
        "inputs": {
            "ids": {"draw": "integers", "low": 0, "high": "V", "shape": ["T"], "as": "float64"},
            "w": {"draw": "normal", "scale": 0.5, "shape": ["T", "V"]},
            "u": {"draw": "uniform", "low": -1, "high": 1, "shape": ["V"], "min": -2, "max": 2},
            "mask": {"draw": "integers", "low": 0, "high": 2, "shape": ["T"], "as": "bool"},
            "word": {"draw": "text", "alphabet": "ab ", "length": "T"},
            "lr": {"draw": "constant", "value": 0.5},
        },
        "outputs": {"w": {"shape": ["T * V"], "updates": "w"}},
    }
)


def drawn(**spec: Any) -> dict[str, Any]:
    case = CaseSpec.model_validate({"name": "a case", "sizes": {"T": 6, "V": 4}, **spec})
    return dict(zip(SIGNATURE.inputs, draw_inputs(SIGNATURE, case), strict=True))


def test_kinds_and_shapes() -> None:
    values = drawn()
    assert values["ids"].shape == (6,)
    assert values["ids"].dtype == np.float64
    assert set(values["ids"]) <= {0, 1, 2, 3}
    assert values["w"].shape == (6, 4)
    assert values["mask"].dtype == np.bool_
    assert isinstance(values["word"], str)
    assert len(values["word"]) == 6
    assert set(values["word"]) <= set("ab ")
    assert values["lr"] == 0.5
    assert isinstance(values["lr"], float)


@given(st.integers(0, 2**63 - 1))
def test_the_same_seed_draws_the_same(seed: int) -> None:
    first, second = drawn(seed=seed), drawn(seed=seed)
    for name, value in first.items():
        np.testing.assert_array_equal(value, second[name])


def test_one_input_s_draw_leaves_the_others_alone() -> None:
    plain, changed = drawn(seed=3), drawn(seed=3, draws={"w": {"scale": 30}})
    np.testing.assert_array_equal(plain["u"], changed["u"])
    np.testing.assert_allclose(changed["w"], 60 * plain["w"])
    assert not np.array_equal(plain["w"], drawn(seed=4)["w"])


def test_inputs_of_one_kind_are_drawn_apart() -> None:
    normal = {"draw": "normal", "shape": [5]}
    twins = Signature.model_validate({"inputs": {"a": normal, "b": normal}, "outputs": {"y": {}}})
    first, second = draw_inputs(twins, CaseSpec(name="twins"))
    assert not np.array_equal(np.asarray(first), np.asarray(second))


@given(st.integers(0, 1000))
def test_variations(seed: int) -> None:
    repeat = drawn(seed=seed, draws={"ids": {"draw": "repeat"}})["ids"]
    assert len(set(repeat)) == 1
    alternate = drawn(seed=seed, draws={"ids": {"draw": "alternate"}})["ids"]
    assert len(set(alternate)) == 2
    assert (alternate[2:] == alternate[:-2]).all()
    runs = drawn(seed=seed, sizes={"T": 300, "V": 4}, draws={"ids": {"draw": "runs", "length": 3}})["ids"]
    ends = np.flatnonzero(np.diff(runs) != 0)
    assert 1 <= np.diff(ends).max() <= 3
    offset = drawn(seed=seed, draws={"w": {"draw": "offset", "offset": 1000}})["w"]
    np.testing.assert_allclose(offset - 1000, drawn(seed=seed)["w"], atol=1e-9)
    signed = drawn(seed=seed, draws={"w": {"draw": "offset", "offset": 1000, "signed": True}})["w"]
    assert (np.abs(np.abs(signed) - 1000) < 10).all()
    assert len(set(np.sign(signed).ravel())) == 2


@pytest.mark.parametrize("layout", ["C", "F", "strided"])
def test_layouts_change_no_value(layout: str) -> None:
    plain, laid_out = drawn(seed=1)["w"], drawn(seed=1, layout=layout)["w"]
    np.testing.assert_array_equal(plain, laid_out)
    assert laid_out.flags.c_contiguous == (layout == "C")
    assert laid_out.flags.f_contiguous == (layout == "F")


def test_given_values() -> None:
    values = drawn(given={"ids": [0, 1, 2, 3, 0, 1], "lr": 0, "word": "a b", "mask": [True] * 6})
    np.testing.assert_array_equal(values["ids"], [0.0, 1.0, 2.0, 3.0, 0.0, 1.0])
    assert values["lr"] == 0.0
    assert values["word"] == "a b"
    assert values["mask"].all()


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "size missing": ({"sizes": {"T": 6}}, "size 'V' is missing; set it in sizes"),
    "size too small": ({"sizes": {"T": 1, "V": 4}}, "size 'T' is 1; set it from 2 to 2000"),
    "size too large": ({"sizes": {"T": 6, "V": 2001}}, "size 'V' is 2001"),
    "unknown size": ({"sizes": {"T": 6, "V": 4, "v": 1}}, "sizes names 'v'"),
    "unknown input": ({"given": {"idz": 1}}, "given names 'idz', perhaps 'ids' is meant"),
    "unknown draw": ({"draws": {"x": {"draw": "repeat"}}}, "draws names 'x', which is none of ids, w"),
    "given and drawn": ({"given": {"lr": 1}, "draws": {"lr": {"value": 2}}}, "given, drawn or None"),
    "shape": ({"given": {"ids": [0, 1]}}, "input 'ids' has shape (2,); give it shape (6,), which is (T,)"),
    "ragged": ({"given": {"w": [[1], [1, 2]]}}, "rows of different lengths"),
    "text in numbers": ({"given": {"ids": ["0"] * 6}}, "must be a number or nested lists of numbers"),
    "null": ({"given": {"lr": None}}, "must be a number or nested lists of numbers"),
    "number for text": ({"given": {"word": 3}}, "is text; give it in quotes"),
    "out of vocabulary": ({"given": {"ids": [0, 1, 2, 3, 4, 0]}}, "holds 0 to 4; keep it from 0 to 3"),
    "negative id": ({"given": {"ids": [0, 1, 2, 3, -1, 0]}}, "holds -1 to 3"),
    "fraction": ({"given": {"ids": [0, 1, 2, 3, 0.5, 0]}}, "holds fractions"),
    "not a mask": ({"given": {"mask": [2] * 6}}, "a mask is made of 0 and 1 only"),
    "over the promise": ({"given": {"u": [0, 0, 0, 2.5]}}, "holds 2.5; keep it at 2 or below"),
    "under the promise": ({"given": {"u": [0, 0, 0, -3]}}, "holds -3; keep it at -2 or above"),
    "not finite": ({"draws": {"w": {"scale": 1e308, "center": 1e308}}}, "holds NaN or infinity"),
    "huge integer": ({"given": {"lr": 10**400}}, "number too large"),
    "too many": ({"sizes": {"T": 2000, "V": 2000}}, "more than 1000000 elements"),
    "too many together": ({"sizes": {"T": 2000, "V": 499}}, "input 'u' makes more than 1000000 elements"),
    "empty range": ({"draws": {"u": {"low": 1, "high": 1}}}, "which holds nothing"),
    "beyond integers": ({"draws": {"ids": {"low": 0, "high": 1e300}}}, "bring 'low' and 'high' nearer to 0"),
    "beyond floats": ({"draws": {"u": {"low": -1.7e308, "high": 1.7e308}}}, "bring 'low' and 'high' nearer"),
    "no integer between": ({"draws": {"ids": {"low": 0, "high": 0.5}}}, "or apart"),
    "endless runs": ({"draws": {"ids": {"draw": "runs", "length": 2**62}}}, "must be from 1 to 1000000"),
    "endless text": ({"draws": {"word": {"length": 10**12}}}, "more than 1000000 characters"),
    "offset of what": ({"draws": {"w": {"draw": "offset"}}}, "lacks 'offset'"),
    "not for text": ({"draws": {"word": {"draw": "repeat"}}}, "'repeat' cannot draw it"),
    "text for numbers": ({"draws": {"w": {"draw": "text", "alphabet": "a"}}}, "'text' cannot draw it"),
    "out of range by a draw": ({"draws": {"ids": {"high": 9, "draw": "constant", "value": 7}}}, "holds 7"),
}


@pytest.mark.parametrize(("spec", "reason"), REFUSED.values(), ids=REFUSED.keys())
def test_refusals_name_the_case_the_thing_and_the_cure(spec: dict[str, Any], reason: str) -> None:
    with pytest.raises(UnusableCase) as caught:
        drawn(**spec)
    assert reason in caught.value.reason
    assert caught.value.reason.startswith("Case 'a case'")


@pytest.mark.parametrize(
    "spec",
    [
        {"name": ""},
        {"name": "two\nlines"},
        {"name": "x", "visibility": "secret"},
        {"name": "x", "weight": 0},
        {"name": "x", "weight": -1},
        {"name": "x", "weight": float("nan")},
        {"name": "x", "seed": -1},
        {"name": "x", "layout": "K"},
        {"name": "x", "tolerance": 0},
        {"name": "x", "raises": ["NoSuchError"]},
        {"name": "x", "raises": ["SystemExit"]},
        {"name": "x", "unknown": 1},
        {"name": "x", "draws": {"w": {"draw": "eval"}}},
    ],
)
def test_what_no_case_can_be(spec: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        CaseSpec.model_validate(spec)


def test_a_case_survives_json(flagship: Problem) -> None:
    for case in flagship.cases:
        assert CaseSpec.model_validate_json(case.model_dump_json()) == case


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=2), inner, max_size=2),
    max_leaves=12,
)


@given(st.sampled_from(sorted(SIGNATURE.inputs)), VALUES)
def test_any_given_value_is_drawn_or_refused(name: str, value: Any) -> None:
    try:
        values = drawn(given={name: value})
    except (UnusableCase, ValidationError):
        return
    assert values[name] is not None
