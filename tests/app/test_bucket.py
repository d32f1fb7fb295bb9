"""The law of the attempts' bucket: no stretch of time holds more than its size and what refilled since."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.attempts.bucket import Bucket
from app.web.words import duration

_START = datetime(2026, 1, 1, tzinfo=UTC)


@given(
    st.lists(st.integers(0, 900), min_size=1, max_size=60),
    st.integers(1, 20),
    st.integers(1, 300),
)
def test_no_stretch_of_time_holds_more_than_it_allows(pauses: list[int], size: int, refill: int) -> None:
    bucket = Bucket(size, timedelta(seconds=refill))
    moment, spent = _START, list[datetime]()
    for pause in pauses:
        moment += timedelta(seconds=pause)
        left = bucket.after(spent, moment)
        assert 0 <= left.left <= size
        if not left.left:
            early = moment + left.next_in - timedelta(microseconds=1)
            assert not bucket.after(spent, early).left
            moment += left.next_in  # what a refusal promises
            assert bucket.after(spent, moment).left
        spent.append(moment)
    for i, start in enumerate(spent):
        for j in range(i, len(spent)):
            assert j - i + 1 <= size + (spent[j] - start) / bucket.refill


@given(st.lists(st.integers(0, 900), max_size=40), st.integers(0, 40))
def test_what_is_taken_out_gives_back_what_it_cost(pauses: list[int], index: int) -> None:
    bucket = Bucket(20, timedelta(seconds=180))
    spent = [_START + timedelta(seconds=sum(pauses[: i + 1])) for i in range(len(pauses))]
    moment = spent[-1] if spent else _START
    without = spent[:index] + spent[index + 1 :]
    assert 0 <= bucket.after(without, moment).left - bucket.after(spent, moment).left <= 1


def test_a_smaller_bucket_than_before_is_empty_and_no_less() -> None:
    spent = [_START] * 20
    left = Bucket(5, timedelta(minutes=1)).after(spent, _START)
    assert (left.left, left.next_in) == (0, timedelta(minutes=16))


def test_what_another_clock_says_is_later_counts_once() -> None:
    left = Bucket(3, timedelta(hours=1)).after([_START, _START + timedelta(seconds=2)], _START)
    assert (left.left, left.next_in) == (1, timedelta(hours=1))


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.2, "1 second"),
        (59, "59 seconds"),
        (60, "1 minute"),
        (61, "2 minutes"),
        (3600, "1 hour"),
        (7201, "3 hours"),
    ],
)
def test_a_length_of_time_is_rounded_up(seconds: float, words: str) -> None:
    assert duration(timedelta(seconds=seconds)) == words
