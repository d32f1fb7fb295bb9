"""Comparison, coarse to fine, and what it says where the case is hidden."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes

from grader import wording
from grader.compare import compare, passes
from grader.draws import Array
from grader.sandbox.job import CaseOutcome, Ending, StudentError, Value
from tests.grader.one_case import TOLERANCES, case, signature

ONE = {"y": {"shape": ["n * m"]}}
TWO: dict[str, Any] = {"loss": {"shape": []}, "grads": {}}


def said(
    expected: Value, got: Value, *, public: bool = True, outputs: dict[str, Any] | None = None
) -> list[str]:
    found = compare(case(expected, public=public), signature(outputs or ONE), got)
    return [mismatch.message for mismatch in found]


SIX = np.arange(6.0)

WRONG: dict[str, tuple[Value, str, str]] = {
    "nothing": (None, "returned nothing (None) for y", "returned nothing (None) for y"),
    "text": ("six", "y should be an array of numbers, but it is text", "but it is text"),
    "dict": ({"y": SIX}, "but it is a dict", "but it is a dict"),
    "ragged": ([[1.0], [1.0, 2.0]], "rows have different lengths", "rows have different lengths"),
    "number": (
        3.0,
        "shape (6,) = (n * m,), but it has shape ()",
        "should have shape (n * m,), but it has an",
    ),
    "column": (SIX[:, None], "shape (6, 1). It is a column, with an axis", "of length 1 too many"),
    "matrix": (SIX.reshape(2, 3), "shape (2, 3). Its numbers are right, but", "it is not flattened."),
    "longer": (np.arange(9.0), "but it has shape (9,).", "should have shape (n * m,), but it has another."),
    "booleans": (SIX > 0, "real numbers, but it holds True and False", "but it holds True and False"),
    "nan": (SIX * np.nan, "NaN (not a number) at 6 of 6 places, first at index [0]", "holds NaN"),
    "infinite": (
        SIX + np.array([0, np.inf, 0, 0, -np.inf, 0]),
        "infinity at 2 of 6 places, first at index [1]",
        "holds inf",
    ),
    "values": (SIX + np.eye(6)[2], "1 of 6 places, most at index [2]: 3 instead of 2", "wrong values"),
    "relative": (SIX + np.eye(6)[2], "The largest relative error is 0.5.", "wrong values"),
}


@pytest.mark.parametrize(("got", "public", "hidden"), WRONG.values(), ids=WRONG.keys())
def test_an_array(got: Value, public: str, hidden: str) -> None:
    (message,) = said(SIX, got)
    assert public in message
    (message,) = said(SIX, got, public=False)
    assert hidden in message
    assert not any(character.isdigit() for character in message.replace("length 1", ""))


MATRIX = np.arange(6.0).reshape(2, 3)
CUBE = np.arange(24.0).reshape(2, 3, 4)

SHAPES: dict[str, tuple[Array, Array, str]] = {
    "column": (SIX, SIX[:, None], wording.COLUMN),
    "row": (SIX, SIX[None], wording.ROW),
    "row of other numbers": (SIX, SIX[None] + 1, wording.ROW),
    "matrix with an axis more": (MATRIX, MATRIX[:, None], wording.EXTRA_AXIS),
    "matrix of one column, without it": (SIX[:, None], SIX, wording.MISSING_AXIS),
    "a number in an axis": (np.array(2.0), np.array([2.0]), wording.EXTRA_AXIS),
    "flattened": (MATRIX, SIX, wording.FLATTENED),
    "flattened in Fortran order": (MATRIX, MATRIX.ravel("F"), wording.FLATTENED_FORTRAN),
    "flattened, other numbers": (MATRIX, SIX + 1, wording.LOOKS_FLATTENED),
    "not flattened": (SIX, MATRIX, wording.NOT_FLATTENED),
    "not flattened, transposed": (SIX, MATRIX.T, wording.NOT_FLATTENED_TRANSPOSED),
    "not flattened, other numbers": (SIX, MATRIX + 1, wording.FLATTEN),
    "transposed": (MATRIX, MATRIX.T, wording.TRANSPOSED),
    "transposed column": (SIX[:, None], SIX[None], wording.TRANSPOSED),
    "transposed, nearly": (MATRIX, MATRIX.T + 0.9e-6, wording.TRANSPOSED),
    "transposed, other numbers": (MATRIX, MATRIX.T + 1.1e-6, wording.LOOKS_TRANSPOSED),
    "reshaped": (MATRIX, MATRIX.reshape(3, 2), wording.RESHAPED),
    "reshaped to other lengths": (MATRIX, MATRIX.reshape(6, 1), wording.RESHAPED),
    "other lengths, other numbers": (MATRIX, MATRIX.reshape(6, 1) + 1, ""),
    "batch and time swapped": (CUBE, CUBE.swapaxes(0, 1), wording.AXES_MOVED),
    "three axes moved on": (CUBE, CUBE.transpose(1, 2, 0), wording.AXES_MOVED),
    "axes moved, other numbers": (CUBE, CUBE.swapaxes(0, 1) + 1, wording.AXES_MAY_BE_MOVED),
    "too many axes to try": (np.ones((1, 2, 1, 3, 1)), np.ones((2, 1, 1, 3, 1)), wording.RESHAPED),
    "broadcast": (SIX, SIX[:, None] - SIX, wording.BROADCAST),
    "first step missing": (CUBE, CUBE[1:], " One entry too few along axis 0: the first is missing."),
    "last column missing": (MATRIX, MATRIX[:, :-1], " One entry too few along axis 1: the last is missing."),
    "a step missing": (SIX, SIX[1:] + 9, " One entry too few along axis 0."),
    "a step too many": (SIX, np.ones(7), " One entry too many along axis 0."),
    "first step too many": (
        SIX,
        np.arange(-1.0, 6.0),
        " One entry too many along axis 0: the first should not be there.",
    ),
    "last step too many": (
        SIX,
        np.arange(7.0),
        " One entry too many along axis 0: the last should not be there.",
    ),
    "two steps missing": (SIX, SIX[2:], ""),
    "along two axes": (MATRIX, MATRIX[1:, 1:], ""),
    "other kinds of number": (np.arange(6).reshape(2, 3), np.arange(6).reshape(2, 3).T, wording.TRANSPOSED),
    "booleans": (np.eye(3)[:2] > 0, np.eye(3)[:2].T > 0, wording.TRANSPOSED),
    "nothing in it": (np.zeros((0, 3)), np.zeros((3, 0)), wording.LOOKS_TRANSPOSED),
}


@pytest.mark.parametrize("public", [True, False])
@pytest.mark.parametrize(("expected", "got", "cause"), SHAPES.values(), ids=SHAPES.keys())
def test_what_happened_to_a_shape(expected: Array, got: Array, cause: str, public: bool) -> None:
    (message,) = said(expected, got, public=public, outputs={"y": {}})
    sentence = (
        f"y should have shape {expected.shape}, but it has shape {got.shape}."
        if public
        else "y has the wrong shape."
    )
    assert message == sentence + cause


@given(
    array_shapes(min_dims=0, max_dims=6, min_side=0, max_side=4),
    array_shapes(min_dims=0, max_dims=6, min_side=0, max_side=4),
    st.sampled_from([np.nan, 0.0, 1.0]),
)
def test_any_two_shapes_can_be_compared(
    expected: tuple[int, ...], got: tuple[int, ...], value: float
) -> None:
    public, hidden = (
        said(np.ones(expected), np.full(got, value), public=public, outputs={"y": {}})
        for public in (True, False)
    )
    if expected != got:
        assert public[0].removeprefix(f"y should have shape {expected}, but it has shape {got}.") == hidden[
            0
        ].removeprefix("y has the wrong shape.")


@pytest.mark.parametrize(
    "got",
    [SIX, SIX.tolist(), tuple(SIX.tolist()), [0, 1, 2, 3, 4, 5], np.arange(6), SIX + 0.9e-6],
    ids=["array", "list", "tuple", "list of ints", "ints", "within tolerance"],
)
def test_what_is_accepted_for_an_array(got: Value) -> None:
    assert said(SIX, got) == []


@pytest.mark.parametrize(
    ("expected", "got", "right"),
    [
        (2.0, 2, True),
        (2.0, np.array(2.0), True),
        (2.0, np.array([2.0]), False),
        (2.0, True, False),
        (2.0, float("nan"), False),
        (2.0, 2.1, False),
        (2, 2, True),
        (2, 2.0, False),
        (2, 3, False),
        (2, 2**70, False),
        (2.0, 10**400, False),
        (2.0**70, 2**70, True),
        (2.0, [1.0, [2.0, 10**400]], False),
        (True, True, True),
        (True, 1, False),
        (None, None, True),
        (None, 0, False),
        ("a", "a", True),
        ("a", "b", False),
        ("a", ["a"], False),
        (np.array([1, 2]), [1, 2], True),
        (np.array([1, 2]), [1.0, 2.0], False),
        (np.array([2**60]), [2**60 + 1], False),
        (["a", "b"], ("a", "b"), True),
        (["a", "b"], ["a"], False),
        (["a", "b"], ["a", 1], False),
        (np.zeros(0), [], True),
    ],
)
def test_scalars_text_and_ids(expected: Value, got: Value, right: bool) -> None:
    for public in (True, False):
        assert (said(expected, got, public=public, outputs={"y": {}}) == []) is right


def test_several_outputs() -> None:
    grads: list[Value] = [np.ones(2), np.ones((2, 2))]
    right: Value = (1.5, grads)
    assert said(right, (1.5, grads), outputs=TWO) == []
    assert said(right, [1.5, tuple(grads)], outputs=TWO) == []
    assert "should return 2 values (loss, grads), but it returned 3" in said(right, (1, 2, 3), outputs=TWO)[0]
    assert "a tuple of 2 values, but it is a number" in said(right, 1.5, outputs=TWO)[0]
    assert "nothing (None) for loss, grads" in said(right, None, outputs=TWO)[0]
    wrong = said(right, (2.5, [np.zeros(2), np.ones((2, 2))]), outputs=TWO)
    assert [message.partition(" is")[0] for message in wrong] == ["loss", "grads[0]"]
    (wrong_shape,) = said(right, (1.5, [np.ones(2), np.ones(4)]), outputs=TWO)
    assert wrong_shape.startswith("grads[1] should have shape (2, 2), but it has shape (4,).")


def test_dicts() -> None:
    right: Value = {"a": np.ones(2), "b": "x"}
    outputs: dict[str, Any] = {"table": {}}
    assert said(right, {"b": "x", "a": [1, 1]}, outputs=outputs) == []
    assert "should have the keys 'a', 'b', but it has 'a'" in said(right, {"a": 1}, outputs=outputs)[0]
    assert said(right, {"a": 1}, outputs=outputs, public=False) == ["table has other keys than it should."]
    hidden = said(right, {"a": [1.0, 2.0], "b": "x"}, outputs=outputs, public=False)
    assert hidden == ["table holds wrong values."]
    for key in ("it's", 'said "so"', """both ' and \""""):
        hidden = said({key: 1.0}, {key: 2.0}, outputs=outputs, public=False)
        assert hidden == ["table holds wrong values."]


def test_an_array_without_elements_is_not_walked_through() -> None:
    endless = np.zeros((2**40, 0))
    assert "should have 2 items" in said([1.0, "a"], endless, outputs={"y": {}})[0]
    assert said([1.0, "a"], endless, outputs={"y": {}}, public=False) == ["y has the wrong number of items."]


@given(st.text(), st.text())
def test_hidden_text_never_tells_what_was_expected(expected: str, got: str) -> None:
    for message in said(expected, got, public=False):
        assert message == "y holds wrong values."


def test_an_exception_may_be_what_is_expected() -> None:
    def raised(built_in: str) -> CaseOutcome:
        return CaseOutcome(0, Ending.RAISED, error=StudentError("OfTheStudent", built_in=built_in))

    wanted = case(None, raises=("ValueError", "LookupError"))
    one = signature(ONE)
    assert passes(wanted, one, raised("ValueError"))
    assert passes(wanted, one, raised("UnicodeDecodeError"))
    assert passes(wanted, one, raised("KeyError"))
    assert not passes(wanted, one, raised("TypeError"))
    assert not passes(wanted, one, raised("Exception"))
    assert not passes(wanted, one, CaseOutcome(0, Ending.RETURNED, None))
    assert not passes(case(SIX), one, raised("ValueError"))


@given(
    st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=8),
    st.floats(0, 4),
    st.sampled_from([1, -1]),
)
def test_exactly_the_tolerance_decides(values: list[float], share: float, sign: int) -> None:
    expected = np.array(values)
    got = expected.copy()
    got[-1] += sign * share * TOLERANCES["y"]
    error = abs(got[-1] - expected[-1])  # what rounding left of it
    assert (said(expected, got) == []) == (error <= TOLERANCES["y"])


def test_the_largest_error_is_the_one_reported() -> None:
    (mismatch,) = compare(case(SIX), signature(ONE), SIX + np.array([0, 0.5, 0, 0, -2, 0]))
    assert mismatch.error is not None
    assert mismatch.error.index == [4]
    assert mismatch.error.max_abs == pytest.approx(2)
    assert mismatch.error.max_rel == pytest.approx(0.5)
    assert mismatch.error.tolerance == TOLERANCES["y"]
    large = np.array([2**60, 2**60])  # beside which float64 sees no error of 1
    (mismatch,) = compare(case(large), signature(ONE), large + np.eye(2, dtype=int)[1])
    assert mismatch.error is not None
    assert mismatch.error.index == [1]
    (mismatch,) = compare(case(SIX), signature(ONE), np.full(6, 1.7e308))
    assert mismatch.error is not None
    assert np.isfinite([mismatch.error.max_abs, mismatch.error.max_rel]).all()


INT64 = st.integers(-(2**63), 2**63 - 1)
VALUES = st.recursive(
    st.none() | st.booleans() | INT64 | st.integers(0, 2**70).map(float) | st.floats() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.text(max_size=2), inner, max_size=2)
        | st.lists(st.floats(), max_size=3).map(np.array)
    ),
    max_leaves=8,
)


@given(VALUES, VALUES | st.integers(), st.booleans())
def test_any_two_values_can_be_compared(expected: Any, got: Any, public: bool) -> None:
    for mismatch in compare(case(expected, public=public), signature({"y": {}}), got):
        assert mismatch.message
