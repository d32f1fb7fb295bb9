"""What a public case's call gave back, as far as it is short enough to be kept in a report."""

from collections.abc import Collection, Mapping, Sequence

import numpy as np
from pydantic import JsonValue

from grader.differences import LISTED, written
from grader.outputs import as_array, is_built
from grader.report import Returned
from grader.sandbox.job import Value
from grader.signature import OutputSpec

_MOST_OUTPUTS = 8
_LONGEST_TEXT = 200  # characters


def returned(outputs: Mapping[str, OutputSpec], value: Value, shown: Collection[str] = ()) -> list[Returned]:
    """Each output but those `shown` elsewhere, and but for large ones that are no arrays."""
    if not is_built(outputs, value):
        return []
    values: Sequence[Value] = [value] if len(outputs) == 1 else list(value)  # type: ignore[arg-type]
    found: list[Returned] = []
    for name, one in zip(outputs, values, strict=True):
        if name not in shown and (kept := _kept(name, one)) is not None:
            found.append(kept)
    return found[:_MOST_OUTPUTS]


def _kept(name: str, value: Value) -> Returned | None:
    if isinstance(value, np.ndarray):
        return Returned(output=name, shape=list(value.shape), value=written(value))
    try:
        kept = _plain(value, _Room())
    except _TooLarge:
        return None
    return Returned(output=name, shape=[] if isinstance(value, bool | int | float) else None, value=kept)


class _TooLarge(Exception):
    pass


class _Room:
    """How much more of a value is kept."""

    def __init__(self) -> None:
        self._left = LISTED

    def take(self, count: int) -> None:
        self._left -= count
        if self._left < 0:
            raise _TooLarge


def _plain(value: Value, room: _Room) -> JsonValue:
    """A value as JSON has it: tuples are lists there, and so are arrays. Raises _TooLarge."""
    match value:
        case np.ndarray():
            room.take(value.size)
            return written(value)
        case list() | tuple():
            room.take(len(value))
            return [_plain(item, room) for item in value]
        case dict():
            room.take(len(value))
            return {_short(key): _plain(item, room) for key, item in value.items()}
        case str():
            return _short(value)
        case bool() | int() | float():
            number = as_array(value)
            if number is None:  # beyond float64
                raise _TooLarge
            return written(number)
        case None:
            return None


def _short(text: str) -> str:
    if len(text) > _LONGEST_TEXT:
        raise _TooLarge
    return text
