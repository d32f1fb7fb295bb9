"""The law of a bucket: never more than the burst, and what has refilled since, in any stretch of time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import TooMany
from app.rest.limits import Limits, Rate


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@given(
    st.lists(st.floats(0, 90), min_size=1, max_size=120),
    st.integers(1, 40),
    st.integers(1, 120),
)
def test_no_stretch_of_time_holds_more_than_the_rate_allows(
    pauses: list[float], burst: int, per_minute: int
) -> None:
    clock = Clock()
    limits = Limits(clock)
    allowed: list[float] = []
    for pause in pauses:
        clock.now += pause
        try:
            limits.spend(Rate(burst, per_minute), "somebody")
        except TooMany as refusal:
            clock.now += int(refusal.headers["Retry-After"])
            limits.spend(Rate(burst, per_minute), "somebody")  # what Retry-After promises
        allowed.append(clock.now)
    for i, start in enumerate(allowed):
        for j in range(i, len(allowed)):
            assert j - i + 1 <= burst + (allowed[j] - start) * per_minute / 60 + 1e-6


def test_a_burst_is_allowed_and_the_next_one_told_how_long_to_wait() -> None:
    limits = Limits(Clock())
    for _ in range(30):
        limits.spend(Rate(30, 60), "ada")
    with pytest.raises(TooMany) as refused:
        limits.spend(Rate(30, 60), "ada")
    assert refused.value.headers["Retry-After"] == "1"
    limits.spend(Rate(30, 60), "grace")  # somebody else's bucket


def test_buckets_that_refilled_are_forgotten() -> None:
    clock = Clock()
    limits = Limits(clock)
    for number in range(10_000):
        limits.spend(Rate(1, 60), f"visitor {number}")
    clock.now += 3600
    limits.spend(Rate(1, 60), "one more")
    assert len(limits._full_at) == 1
