"""What a child's frame means. The bytes are the student's: nothing here raises, whatever they are."""

import builtins
from typing import Any, NamedTuple

from grader.sandbox.channel import Frame
from grader.sandbox.inside import wire
from grader.sandbox.inside.frames import ENVELOPE, Kind
from grader.sandbox.inside.wire import Reason
from grader.sandbox.job import Ending, Limits, StudentError, Value
from grader.sandbox.text import clean

_NAME_LENGTH, _MESSAGE_LENGTH = 80, 600  # characters
_LARGEST = 100_000  # line or column
_UNUSABLE = {
    Reason.TYPE: "A value{of} cannot be compared: return numbers, text, NumPy arrays, or lists, tuples and "
    "dictionaries of these.",
    Reason.DTYPE: "An array{of} cannot be compared: only real numbers, integers and booleans can.",
    Reason.DEPTH: f"It is nested too deep: lists, tuples and dictionaries may nest {wire.MAX_DEPTH} times, "
    f"arrays may have {wire.MAX_DIMENSIONS} dimensions.",
    Reason.KEY: "A dictionary's key{of} is not text.",
    Reason.NUMBER: "It holds an integer that is too large.",
    Reason.TEXT: "It holds text that is not valid Unicode.",
    Reason.ITEMS: "It holds too many values: return one NumPy array instead.",
}
_NO_VALUE = StudentError("ValueError", "What came back is no value.", built_in="ValueError")


class Answer(NamedTuple):
    """One frame, understood: `error` as the student may see it, `secret` what a hidden case may say of it."""

    ending: Ending
    value: Value = None
    error: StudentError | None = None
    secret: StudentError | None = None
    printed: str = ""


class _Nonsense(ValueError):
    """The frame does not hold what its kind says."""


def understand(frame: Frame, limits: Limits) -> Answer:
    """What the frame says, already cleaned and bounded."""
    try:
        return _understand(frame, limits)
    except wire.Malformed:
        return Answer(Ending.UNUSABLE_VALUE, error=_NO_VALUE, secret=_NO_VALUE)
    except _Nonsense:
        return Answer(Ending.DIED)


def _understand(frame: Frame, limits: Limits) -> Answer:
    if frame.kind is Kind.MEMORY:
        return Answer(Ending.MEMORY_LIMIT)
    content = wire.unpack(frame.payload)
    if frame.kind is Kind.NOT_COMPILED:
        return _not_compiled(*_checked(content, str, str, int, int))
    if not content or type(content[0]) is not str:
        raise _Nonsense
    text, *rest = content
    printed = clean(text, limits.printed_bytes)
    if frame.kind is Kind.RETURNED:
        if len(rest) != 1:
            raise _Nonsense
        if len(frame.payload) - len(text.encode()) > limits.returned_bytes + ENVELOPE:
            return Answer(Ending.OUTPUT_LIMIT, printed=printed)
        return Answer(Ending.RETURNED, value=rest[0], printed=printed)
    if frame.kind is Kind.TOO_MUCH:
        return Answer(Ending.OUTPUT_LIMIT, printed=printed)
    if frame.kind is Kind.UNUSABLE:
        return _unusable(printed, *_checked(rest, int, str))
    if frame.kind in (Kind.RAISED, Kind.LOAD_RAISED):
        return _raised(printed, *_checked(rest, str, str, str, int))
    raise _Nonsense


def _not_compiled(kind: str, message: str, line: int, column: int) -> Answer:
    built_in = _built_in(kind)
    error = StudentError(
        built_in,
        clean(message, _MESSAGE_LENGTH),
        _positive(line),
        _positive(column),
        built_in=built_in,
    )
    return Answer(Ending.NOT_COMPILED, error=error, secret=StudentError(built_in, built_in=built_in))


def _unusable(printed: str, reason: int, what: str) -> Answer:
    if reason not in _UNUSABLE:
        raise _Nonsense
    sentence = _UNUSABLE[Reason(reason)]
    name = clean(what, _NAME_LENGTH)
    error = StudentError("TypeError", sentence.format(of=f" of type {name}"), built_in="TypeError")
    secret = StudentError("TypeError", sentence.format(of=""), built_in="TypeError")
    return Answer(Ending.UNUSABLE_VALUE, error=error, secret=secret, printed=printed)


def _raised(printed: str, name: str, kind: str, message: str, number: int) -> Answer:
    built_in, line = _built_in(kind), _positive(number)
    error = StudentError(clean(name, _NAME_LENGTH), clean(message, _MESSAGE_LENGTH), line, built_in=built_in)
    secret = StudentError(built_in, line=line, built_in=built_in)
    return Answer(Ending.RAISED, error=error, secret=secret, printed=printed)


def _checked(content: list[Any], *types: type) -> list[Any]:
    if len(content) != len(types) or not all(isinstance(v, t) for v, t in zip(content, types, strict=True)):
        raise _Nonsense
    return content


def _built_in(name: str) -> str:
    known = getattr(builtins, name, None)
    return name if isinstance(known, type) and issubclass(known, BaseException) else "Exception"


def _positive(number: int) -> int | None:
    return number if 0 < number <= _LARGEST else None
