"""What came back on a public case: output by output, short, and nothing of a hidden one."""

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.report import CaseResult, Raised, Returned
from grader.returned import returned
from grader.sandbox.job import CaseOutcome, Ending, StudentError, Value
from grader.signature import OutputSpec
from grader.verdict import Verdict
from tests.grader.one_case import case, judged
from tests.grader.test_differences import result

ONE = {"y": OutputSpec()}
TWO: dict[str, Any] = {"loss": {}, "w": {}}
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=300),
    lambda inner: (
        st.lists(inner, max_size=30) | st.tuples(inner, inner) | st.dictionaries(st.text(max_size=9), inner)
    ),
    max_leaves=200,
)


def test_an_accepted_public_case_tells_it() -> None:
    right = (0.5, np.array([[1.0, 2.0]]))
    accepted = result(right, right, outputs=TWO)
    assert accepted.verdict is Verdict.ACCEPTED
    assert accepted.returned == [
        Returned(output="loss", shape=[], value=0.5),
        Returned(output="w", shape=[1, 2], value=[[1.0, 2.0]]),
    ]


def test_a_hidden_case_tells_nothing() -> None:
    for got in ((0.5, np.ones(2)), (0.5, np.zeros(2)), (0.5, np.ones(3))):
        hidden = result((0.5, np.ones(2)), got, outputs=TWO, public=False)
        assert (hidden.returned, hidden.differences) == ([], [])


def test_of_a_wrong_one_it_tells_what_no_difference_shows() -> None:
    wrong = result((0.5, np.ones(2)), (0.5, np.zeros(2)), outputs=TWO)
    assert ([one.output for one in wrong.differences], [one.output for one in wrong.returned]) == (
        ["w"],
        ["loss"],
    )
    other_shape = result((0.5, np.ones(2)), (0.5, np.ones(3)), outputs=TWO)
    assert other_shape.returned[1] == Returned(output="w", shape=[3], value=[1.0, 1.0, 1.0])
    assert result((0.5, np.ones(2)), 1.0, outputs=TWO).returned == []


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (np.ones(121), Returned(output="y", shape=[121], value=None)),
        (np.array([1.0, np.nan, -np.inf]), Returned(output="y", shape=[3], value=[1.0, "nan", "-inf"])),
        (7, Returned(output="y", shape=[], value=7)),
        (float("inf"), Returned(output="y", shape=[], value="inf")),
        (None, Returned(output="y", shape=None, value=None)),
        ({"a": (1, [2.5])}, Returned(output="y", shape=None, value={"a": [1, [2.5]]})),
    ],
)
def test_how_values_are_kept(value: Value, kept: Returned) -> None:
    assert returned(ONE, value) == [kept]


@pytest.mark.parametrize("value", ["x" * 201, [1] * 121, {"a": np.ones(100), "b": np.ones(100)}, 10**400])
def test_what_is_large_and_no_array_is_left_out(value: Value) -> None:
    assert returned(ONE, value) == []


def test_at_most_eight_outputs_are_kept() -> None:
    outputs = {f"y{i}": OutputSpec() for i in range(20)}
    assert len(returned(outputs, tuple(range(20)))) == 8


@given(VALUES)
def test_whatever_comes_back_is_short_json(value: Value) -> None:
    for one in returned(ONE, value):
        text = one.model_dump_json()
        assert Returned.model_validate_json(text) == one  # which not even one NaN would allow
        assert len(text) < 120 * 1300


def test_what_stopped_the_code_is_data_and_no_more_than_the_message_tells() -> None:
    def stopped(ending: Ending, error: StudentError | None, **how: Any) -> CaseResult:
        return judged(case(1.0, **how), CaseOutcome(0, ending, error=error), {"y": {}})

    error = StudentError("NameError", "name 'x' is not defined", line=3)
    assert stopped(Ending.RAISED, error).raised == Raised(kind="NameError", line=3)
    assert stopped(Ending.NOT_COMPILED, StudentError("SyntaxError", "oh", 2, 5)).raised == Raised(
        kind="SyntaxError", line=2
    )
    assert stopped(Ending.NOT_COMPILED, StudentError("", "too long")).raised is None
    assert stopped(Ending.TIME_LIMIT, None).raised is None
    hidden = stopped(Ending.RAISED, StudentError("NameError"), public=False)
    assert hidden.raised == Raised(kind="NameError", line=None)


def test_an_older_report_is_still_read() -> None:
    old = result(1.0, 1.0, outputs={"y": {}}).model_dump(exclude={"returned", "raised"})
    assert CaseResult.model_validate_json(json.dumps(old)).returned == []
