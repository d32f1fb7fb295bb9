"""What JSON from outside may say, and that nothing it says can break the reader."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rest.strict_json import MAX_DEPTH, read_json

_ORDINARY = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner),
    max_leaves=20,
)


@given(_ORDINARY)
def test_reads_what_python_reads(value: object) -> None:
    assert read_json(json.dumps(value).encode()) == value
    assert read_json(json.dumps(value, ensure_ascii=False).encode()) == value


@given(st.binary() | st.text().map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_anything_else_is_a_decoding_error(body: bytes) -> None:
    try:
        value = read_json(body)
    except json.JSONDecodeError:
        return
    json.dumps(value, ensure_ascii=False, allow_nan=False).encode()


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"[NaN]", "NaN is not JSON"),
        (b"[-Infinity]", "-Infinity is not JSON"),
        (b"1e999", "finite"),
        (b"1" + b"0" * 5000, "64 bits"),
        (b"9223372036854775808", "64 bits"),
        (b"[" * 100_000, "nested"),
        (b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1), "nested"),
        (rb'"\ud800"', "surrogates"),
        (b'"\xff"', "surrogates"),
        (rb'{"\udfff": 1}', "surrogates"),
    ],
)
def test_refuses_with_a_reason(body: bytes, reason: str) -> None:
    with pytest.raises(json.JSONDecodeError) as refused:
        read_json(body)
    assert reason in refused.value.msg


def test_brackets_inside_text_are_not_nesting() -> None:
    text = '["' * 100
    assert read_json(json.dumps([text]).encode()) == [text]


def test_the_deepest_that_is_allowed_and_the_largest_numbers() -> None:
    assert read_json(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH)
    assert read_json(b"[9223372036854775807, -9223372036854775808, 1e308]")[2] == pytest.approx(1e308)
    assert math.isclose(read_json(b"0.1"), 0.1)
