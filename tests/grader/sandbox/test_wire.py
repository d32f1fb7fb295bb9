"""Values survive the wire, and no bytes upset its decoder."""

import math
from contextlib import suppress
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from grader.sandbox.answers import understand
from grader.sandbox.channel import Frame
from grader.sandbox.inside import given as given_to_child
from grader.sandbox.inside import wire
from grader.sandbox.inside.frames import Kind
from grader.sandbox.job import Limits

arrays = npst.arrays(
    st.sampled_from([np.float64, np.int64, np.bool_]),
    npst.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=5),
)
leaves = (
    st.none()
    | st.booleans()
    | st.integers(-(2**200), 2**200)
    | st.floats()
    | st.text(st.characters(exclude_categories=["Cs"]))
    | arrays
)


def containers(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=4)
    )


values = (
    leaves | containers(leaves) | containers(containers(leaves)) | containers(containers(containers(leaves)))
)


def same(a: Any, b: Any) -> bool:
    if type(a) is not type(b):
        return False
    if isinstance(a, np.ndarray):
        return bool(a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes())
    if isinstance(a, float):
        return bool(a == b or (math.isnan(a) and math.isnan(b)))
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return list(a) == list(b) and all(map(same, a.values(), b.values()))
    return bool(a == b)


@given(st.lists(values, max_size=3))
def test_what_goes_in_comes_out(message: list[Any]) -> None:
    assert same(wire.unpack(wire.pack(message)), message)


@given(st.lists(values, max_size=3))
def test_what_is_given_arrives(message: list[Any]) -> None:
    received = given_to_child.unpack(given_to_child.pack(message))
    assert same(received, message)
    assert same(given_to_child.unpack(memoryview(given_to_child.pack(message))), message)


@pytest.mark.parametrize("value", [np.zeros(2, np.float32), np.array([None]), 1j, {1, 2}, [[object()]]])
def test_nothing_else_can_be_given(value: Any) -> None:
    with pytest.raises(TypeError, match="cannot be given to a child"):
        given_to_child.pack([value])


def test_relatives_are_given_as_the_plain_type() -> None:
    relatives = [np.float64(0.5), np.int64(7), np.bool_(True), np.str_("a"), [np.float64(1)]]
    assert same(given_to_child.unpack(given_to_child.pack(relatives)), [0.5, 7, True, "a", [1.0]])


@given(arrays.filter(lambda array: array.ndim > 0), st.data())
def test_inputs_keep_their_layout(array: np.ndarray, data: st.DataObject) -> None:
    given_array = data.draw(
        st.sampled_from([array, np.asfortranarray(array), array[::2], array[..., ::-2], array.T])
    )
    (received,) = given_to_child.unpack(given_to_child.pack([given_array]))
    assert np.array_equal(received, given_array, equal_nan=array.dtype == np.float64)
    assert received.flags.c_contiguous == given_array.flags.c_contiguous
    assert received.flags.f_contiguous == given_array.flags.f_contiguous
    assert received.flags.writeable
    assert received.flags.aligned
    assert not np.shares_memory(received, given_array)


@given(values, st.data())
def test_a_damaged_message_is_malformed_or_another_message(value: Any, data: st.DataObject) -> None:
    message = bytearray(wire.pack([value]))
    for _ in range(data.draw(st.integers(1, 3))):
        position = data.draw(st.integers(0, len(message) - 1))
        message[position] = data.draw(st.integers(0, 255))
    with suppress(wire.Malformed):
        wire.unpack(message)


@given(st.sampled_from(list(Kind)), st.binary(max_size=200) | st.lists(values, max_size=5).map(wire.pack))
def test_no_frame_makes_the_parent_raise(kind: Kind, payload: bytes) -> None:
    answer = understand(Frame(kind, payload), Limits(returned_bytes=100, printed_bytes=10))
    assert len(answer.printed) <= 10


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"\xff\xff\xff\xff",  # that many values
        b"\x01\0\0\0\x05\xff\xff\xff\xffx",  # that much text
        b"\x01\0\0\0\x09\xff\xff\xff\xff",  # that many numbers
        b"\x01\0\0\0\x0b\x00\x02" + b"\0" * 8 + b"\xff" * 8,  # shape (0, 2**64 - 1)
        b"\x01\0\0\0\x0b\x00\x03" + b"\0" * 8 + (2**40).to_bytes(8, "little") * 2,  # empty, and too large
        b"\x01\0\0\0\x0b\x02\x00\x07",  # a boolean that is 7
        b"\x01\0\0\0" + b"\x06\x01\0\0\0" * 6 + b"\0",  # six lists in each other
        b"\x01\0\0\0\x05\x02\0\0\0\xff\xff",  # no UTF-8
        b"\x01\0\0\0\0\0",  # one byte too many
        b"\x88\x13\0\0" + b"\x0b\x02\x00\x01" * 5000,  # so many booleans, each an array of its own
    ],
)
def test_refused(message: bytes) -> None:
    with pytest.raises(wire.Malformed):
        wire.unpack(message)


@pytest.mark.parametrize(
    ("value", "received"),
    [
        (np.float32(0.5), 0.5),
        (np.longdouble(0.5), 0.5),
        (np.uint8(7), 7),
        (np.bool_(True), True),
        (np.zeros(2, np.float16), np.zeros(2)),
        (np.zeros(2, np.longdouble), np.zeros(2)),
        (np.zeros(2, np.uint64), np.zeros(2, np.int64)),
        (np.zeros(2, ">i2"), np.zeros(2, np.int64)),
        (np.ones((2, 3)).T, np.ones((3, 2))),
        ([np.float64(1), 2.0], [1.0, 2.0]),
        ([1, 2**70], [1, 2**70]),
        (np.str_("a"), "a"),
    ],
)
def test_relatives_become_the_plain_type(value: Any, received: Any) -> None:
    assert same(wire.unpack(wire.pack([value])), [received])


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (1j, wire.Reason.TYPE),
        ({1, 2}, wire.Reason.TYPE),
        (np.timedelta64(1, "s"), wire.Reason.TYPE),
        (np.ma.zeros(2), wire.Reason.TYPE),
        (np.zeros(2, complex), wire.Reason.DTYPE),
        (np.array(["a"]), wire.Reason.DTYPE),
        (np.array([None]), wire.Reason.DTYPE),
        (np.array([2**63], np.uint64), wire.Reason.NUMBER),
        (1 << 9000, wire.Reason.NUMBER),
        ({1: 2}, wire.Reason.KEY),
        ("\ud800", wire.Reason.TEXT),
        ([[[[[[1.0]]]]]], wire.Reason.DEPTH),
        ([np.zeros(1)] * 5000, wire.Reason.ITEMS),
        ([None] * 70_000, wire.Reason.ITEMS),
    ],
)
def test_unusable(value: Any, reason: wire.Reason) -> None:
    with pytest.raises(wire.Unusable) as caught:
        wire.pack([value])
    assert caught.value.reason is reason


def test_the_limit_counts_bytes() -> None:
    message = wire.pack([np.zeros(100)])
    assert wire.pack([np.zeros(100)], len(message)) == message
    with pytest.raises(wire.TooLarge):
        wire.pack([np.zeros(100)], 800)
