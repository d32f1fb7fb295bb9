"""Long lists, a part on each page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")
_SIZE = 60


@dataclass(frozen=True, slots=True)
class Part(Generic[T]):
    """So many of `total`, from the one numbered `first` on."""

    items: Sequence[T]
    first: int
    total: int
    before: int | None  # the numbers of the parts beside it
    after: int | None


def part_of(everything: Sequence[T], number: str) -> Part[T]:
    """The part with this number, the first is 1; a number that cannot be read or is too large is mended."""
    last = max(1, -(-len(everything) // _SIZE))
    chosen = min(max(int(number), 1), last) if number.isdecimal() and len(number) < 10 else 1
    first = (chosen - 1) * _SIZE
    return Part(
        everything[first : first + _SIZE],
        first + 1,
        len(everything),
        chosen - 1 if chosen > 1 else None,
        chosen + 1 if chosen < last else None,
    )
