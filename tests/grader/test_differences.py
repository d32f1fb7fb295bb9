"""What a student sees of wrong numbers: on public cases where they stand, on hidden ones nothing."""

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from grader.compare import compare
from grader.differences import COLUMNS, LISTED, ROWS, Measured, difference, heat, levels
from grader.draws import Array
from grader.report import CaseResult, Difference
from grader.sandbox.job import CaseOutcome, Ending, Value
from grader.verdict import Verdict
from tests.grader.one_case import case, judged, signature

NUMBERS = st.floats(-1e9, 1e9)
SHAPES = array_shapes(min_dims=0, max_dims=4, min_side=1, max_side=60)
SMALL = array_shapes(min_dims=0, max_dims=3, max_side=4)


def result(
    expected: Value, got: Value, *, public: bool = True, outputs: dict[str, Any], inputs: Any = (1.0, None)
) -> CaseResult:
    """What comes of a case when this value is returned."""
    one = case(expected, public=public, inputs=inputs)
    return judged(one, CaseOutcome(0, Ending.RETURNED, got), outputs)


def differences(expected: Value, got: Value, **how: Any) -> list[Difference]:
    return result(expected, got, **{"outputs": {"y": {}}} | how).differences


def places(nested: Any) -> list[Any]:
    """The leaves of nested lists, in order."""
    if not isinstance(nested, list):
        return [nested]
    return [leaf for inner in nested for leaf in places(inner)]


def test_numbers_count_and_place() -> None:
    expected = np.arange(6.0).reshape(2, 3)
    got = expected.copy()
    got[1, 0] += 0.5
    got[0, 2] -= 5e-6
    (one,) = differences(expected, got)
    assert (one.output, one.shape, one.count, one.tolerance, one.worst) == ("y", [2, 3], 2, 1e-6, [1, 0])
    assert one.got == got.tolist()
    assert one.expected == expected.tolist()
    assert one.heat == [[0, 0, 1], [3, 0, 0]]


def test_what_is_not_finite_has_a_name_and_a_level_of_its_own() -> None:
    expected = np.zeros(6)
    (one,) = differences(expected, np.array([0.0, 1.0, np.nan, np.inf, -np.inf, 0.0]))
    assert one.got == [0.0, 1.0, "nan", "inf", "-inf", 0.0]
    assert one.heat == [[0, 4, 5, 5, 5, 0]]
    assert (one.count, one.worst) == (4, [2])
    (one,) = differences(np.array([-1.7e308, 0.0]), np.array([1.7e308, np.nan]))
    assert (one.heat, one.worst) == ([[4, 5]], [1])  # the first error is beyond float64, its number is not
    assert result(expected, expected * np.nan, outputs={"y": {}}).error is None  # as it always was


@pytest.mark.parametrize(
    ("error", "level"),
    [(0.0, 0), (1e-6, 0), (1.1e-6, 1), (9e-6, 1), (1.1e-5, 2), (9e-4, 2), (2e-3, 3), (0.9, 3), (1.1, 4)],
)
def test_levels_go_by_powers_of_ten(error: float, level: int) -> None:
    assert levels(Measured.of(np.zeros(1), np.array([error]), 1e-6)).tolist() == [level]


@pytest.mark.parametrize(
    ("expected", "got"),
    [
        (np.array([1, 2**60]), np.array([1, 2**60 + 1])),
        (np.array([True, True]), np.array([True, False])),
    ],
)
def test_exact_outputs_are_right_or_far_off(expected: Array, got: Array) -> None:
    (one,) = differences(expected, got)
    assert (one.heat, one.worst, one.count) == ([[0, 4]], [1], 1)
    assert (one.expected, one.got) == (expected.tolist(), got.tolist())


def test_each_wrong_output_of_a_tuple() -> None:
    outputs: dict[str, Any] = {"loss": {"shape": []}, "grads": {}}
    right: Value = (1.5, [np.ones(2), np.ones((2, 2))])
    wrong: Value = (2.5, [np.ones(2), np.zeros((2, 2))])
    assert [one.output for one in differences(right, wrong, outputs=outputs)] == ["loss", "grads[1]"]
    assert differences(right, wrong, outputs=outputs, public=False) == []
    other: Value = (2.5, [np.ones(3), np.zeros((2, 2))])
    assert [one.output for one in differences(right, other, outputs=outputs)] == ["loss", "grads[1]"]
    (one, _) = differences(right, wrong, outputs=outputs)
    assert (one.shape, one.got, one.expected, one.heat) == ([], 2.5, 1.5, [[4]])


def test_each_wrong_entry_of_a_dict() -> None:
    right: Value = {"a": np.ones(2), "b": "x", "c": np.ones(1)}
    found = differences(right, {"a": [1.0, 2.0], "b": "y", "c": np.ones(1)}, outputs={"table": {}})
    assert [one.output for one in found] == ["table['a']"]
    assert found[0].tolerance == 1e-6


def test_there_are_at_most_eight() -> None:
    assert len(differences([1.0] * 30, [2.0] * 30)) == 8


@pytest.mark.parametrize(
    "got",
    [None, "text", np.zeros(3), np.zeros((2, 1)), np.array([True, True]), np.array([1.0, 1.0])],
    ids=["nothing", "text", "longer", "column", "booleans", "right"],
)
def test_nothing_is_drawn_of_another_shape_or_kind_or_a_right_value(got: Value) -> None:
    assert differences(np.ones(2), got) == []


def test_results_from_before_have_none() -> None:
    old = result(1.0, 2.0, outputs={"y": {}}).model_dump(exclude={"differences"})
    assert CaseResult.model_validate_json(json.dumps(old)).differences == []


@given(st.data(), SMALL, st.booleans())
def test_hidden_cases_show_none_and_public_ones_every_wrong_place(
    data: st.DataObject, shape: tuple[int, ...], finite: bool
) -> None:
    expected = data.draw(arrays(np.float64, shape, elements=NUMBERS))
    got = data.draw(arrays(np.float64, shape, elements=NUMBERS if finite else st.floats()))
    with np.errstate(all="ignore"):
        wrong = ~(np.abs(got - expected) <= 1e-6)
    hidden = result(expected, got, public=False, outputs={"y": {}})
    assert hidden.differences == []
    found = differences(expected, got)
    assert bool(found) == (hidden.verdict is not Verdict.ACCEPTED) == bool(wrong.any())
    for one in found:
        assert one.count == wrong.sum()
        assert wrong[tuple(one.worst)]
        assert [level > 0 for level in places(one.heat)] == places(wrong.tolist())
        assert places(one.got) == [x if np.isfinite(x) else str(x) for x in places(got.tolist())]
        assert one.expected == expected.tolist()


def test_two_walls_stand_before_hidden_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    found = compare(case(np.zeros(2), public=False), signature({"y": {}}), np.ones(2))
    assert [(one.error, one.measured) for one in found] == [(None, None)]
    talkative = compare(case(np.zeros(2)), signature({"y": {}}), np.ones(2))
    assert talkative[0].measured
    monkeypatch.setattr("grader.judge.compare", lambda *_: talkative)
    hidden = result(np.zeros(2), np.ones(2), public=False, outputs={"y": {}})
    assert (hidden.error, hidden.differences) == (None, [])


@given(arrays(np.int8, SHAPES, elements=st.integers(0, 5), fill=st.just(0)))
def test_a_map_is_small_and_loses_no_wrong_place(found: Array) -> None:
    drawn = heat(found)
    assert 1 <= len(drawn) <= ROWS
    assert all(1 <= len(row) <= COLUMNS for row in drawn)
    assert {len(row) for row in drawn[:-1]} <= {len(drawn[0])}
    assert max(places(drawn)) == found.max()
    rows = found.size // found.shape[-1] if found.ndim > 1 else 1
    if found.ndim > 1 and rows <= ROWS and found.shape[-1] <= COLUMNS:
        assert drawn == found.reshape(rows, -1).tolist()
    if found.ndim < 2:
        assert places(drawn) == places(found.tolist())


@given(st.integers(1, 200), st.integers(1, 200), st.data())
def test_each_square_is_the_worst_of_its_block(rows: int, columns: int, data: st.DataObject) -> None:
    found = np.zeros((rows, columns), np.int8)
    row, column = data.draw(st.integers(0, rows - 1)), data.draw(st.integers(0, columns - 1))
    found[row, column] = 3
    drawn = np.array(heat(found))
    assert np.argwhere(drawn).tolist() == [[row // -(-rows // ROWS), column // -(-columns // COLUMNS)]]


def test_a_flat_output_is_drawn_as_the_matrix_it_updates() -> None:
    expected = np.zeros(12)
    got = expected + np.eye(12)[7]
    outputs: dict[str, Any] = {"y": {"shape": ["n * m"], "updates": "w"}}
    (one,) = differences(expected, got, outputs=outputs, inputs=(1.0, np.zeros((3, 4))))
    assert one.heat == [[0, 0, 0, 0], [0, 0, 0, 4], [0, 0, 0, 0]]
    assert (one.shape, one.worst) == ([12], [7])
    (one,) = differences(expected, got, outputs=outputs, inputs=(1.0, np.zeros((3, 3))))
    assert len(one.heat) == 1


def test_a_long_flat_output_is_folded() -> None:
    assert [len(row) for row in heat(np.zeros(100, np.int8))] == [48, 48, 4]
    assert [len(row) for row in heat(np.zeros(2 * 1152, np.int8))] == [48] * 24
    assert [len(row) for row in heat(np.zeros(1153, np.int8))] == [48] * 12 + [1]


@pytest.mark.parametrize(("size", "listed"), [(LISTED, True), (LISTED + 1, False)])
def test_only_few_numbers_are_written_out(size: int, listed: bool) -> None:
    (one,) = differences(np.zeros(size), np.ones(size))
    assert (one.got is not None) == (one.expected is not None) == listed


def test_a_giant_is_not_walked_through_in_python() -> None:
    expected = np.zeros((1000, 1000))
    one = difference("y", Measured.of(expected, expected + 1, 1e-6))
    assert (one.count, one.got, one.expected) == (10**6, None, None)
    assert {len(one.heat), len(one.heat[0])} <= {24, 48}
