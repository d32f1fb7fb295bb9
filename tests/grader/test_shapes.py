"""The shape language."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.shapes import ShapeError, evaluate, evaluate_shape, symbolic

SIZES = {"T": 7, "V": 10, "d_emb": 4, "d_h": 6}


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        (3, 3),
        ("T", 7),
        ("T - 1", 6),
        ("d_h * V", 60),
        ("d_emb + d_h", 10),
        ("d_emb+d_h*2", 16),
        ("(d_emb + d_h) * 2", 20),
        ("V - T - 1", 2),
    ],
)
def test_values(expression: int | str, value: int) -> None:
    assert evaluate(expression, SIZES) == value


@pytest.mark.parametrize(
    ("expression", "complaint"),
    [
        ("W", "names 'W', which is not a size (sizes: T, V, d_emb, d_h)"),
        ("T -", "ends too early"),
        ("T T", "has 'T' where it should end"),
        ("(T", "ends too early"),
        ("T / 2", "holds '/'"),
        ("__import__('os')", "holds '''"),
        ("", "ends too early"),
        ("(" * 90, ""),
        ("T+" * 60, "longer than 100"),
    ],
)
def test_refusals(expression: str, complaint: str) -> None:
    with pytest.raises(ShapeError) as caught:
        evaluate(expression, SIZES)
    assert complaint in str(caught.value)


def test_a_length_is_never_negative() -> None:
    with pytest.raises(ShapeError, match="'T - V' is -3"):
        evaluate_shape(["T - V"], SIZES)


def test_written_for_people() -> None:
    assert symbolic(["d_h * V"]) == "(d_h * V,)"
    assert symbolic(["V", "d_emb"]) == "(V, d_emb)"
    assert symbolic([]) == "()"


EXPRESSIONS = st.recursive(
    st.sampled_from([*SIZES, "0", "1", "12"]),
    lambda inner: st.tuples(inner, st.sampled_from("+-*"), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
    max_leaves=6,
)


@given(EXPRESSIONS)
def test_agrees_with_python(expression: str) -> None:
    assert evaluate(expression, SIZES) == eval(expression, {}, dict(SIZES))
