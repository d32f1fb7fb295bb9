"""Is this value right? From coarse to fine, so that the first difference is the one worth reading."""

import builtins
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from grader import wording
from grader.differences import Measured
from grader.draws import Array
from grader.outputs import as_array, without_keys
from grader.report import ArrayError
from grader.sandbox.job import CaseOutcome, Ending, Value
from grader.shape_causes import likely_cause
from grader.shapes import symbolic
from grader.signature import OutputSpec, Signature
from grader.version import FrozenCase


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One output that is not as expected, in words fit for the case's visibility.

    `measured` is there where a public case's output has the right shape and kind, and wrong numbers.
    """

    output: str
    message: str
    error: ArrayError | None = None
    measured: Measured | None = field(default=None, repr=False)


def passes(case: FrozenCase, signature: Signature, outcome: CaseOutcome) -> bool:
    """Whether this outcome is what the case expects."""
    if case.spec.raises:
        return outcome.ending is Ending.RAISED and raised_as_expected(outcome, case.spec.raises)
    return outcome.ending is Ending.RETURNED and not compare(case, signature, outcome.value)


def raised_as_expected(outcome: CaseOutcome, wanted: Sequence[str]) -> bool:
    """Whether the exception's class is one of those wanted, or below one of them."""
    kind = getattr(builtins, outcome.error.built_in, None) if outcome.error else None
    if not isinstance(kind, type):
        return False
    return any(issubclass(kind, getattr(builtins, name)) for name in wanted)


def compare(case: FrozenCase, signature: Signature, value: Value) -> list[Mismatch]:
    """What is wrong with a returned value: nothing, or one mismatch for each output that is."""
    found: list[Mismatch] = []
    try:
        for name, spec, expected, got in outputs_of(signature.outputs, case.expected, value, case.public):
            found += _Comparison(case, spec).run(name, expected, got)
    except _Differs as wrong:
        found.append(wrong.mismatch)
    return found


def outputs_of(
    outputs: Mapping[str, OutputSpec], expected: Value, value: Value, public: bool
) -> Iterator[tuple[str, OutputSpec, Value, Value]]:
    """Each named output with its expected and its returned value. Raises _Differs on a wrong count."""
    if len(outputs) == 1:
        ((name, spec),) = outputs.items()
        yield name, spec, expected, value
        return
    names = ", ".join(outputs)
    if value is None:
        raise _Differs(names, wording.NOTHING)
    if not isinstance(value, tuple | list):
        wanted = f"a tuple of {len(outputs)} values"
        raise _Differs("The return value", wording.WRONG_TYPE, wanted=wanted, got=describe(value))
    if len(value) != len(outputs):
        sentence = wording.WRONG_COUNT if public else wording.WRONG_COUNT_HIDDEN
        raise _Differs(names, sentence, wanted=len(outputs), names=names, got=len(value))
    assert isinstance(expected, tuple | list)  # freezing saw to it
    for (name, spec), want, got in zip(outputs.items(), expected, value, strict=True):
        yield name, spec, want, got


def describe(value: Value) -> str:
    """What kind of value this is, without saying what it holds."""
    match value:
        case None:
            return "nothing (None)"
        case bool():
            return "True or False"
        case int() | float():
            return "a number"
        case str():
            return "text"
        case np.ndarray():
            return "an array" if value.ndim else "a number"
        case dict():
            return "a dict"
        case _:
            return f"a {type(value).__name__}"


class _Differs(Exception):
    def __init__(
        self,
        output: str,
        sentence: str,
        error: ArrayError | None = None,
        measured: Measured | None = None,
        /,
        **facts: object,
    ) -> None:
        super().__init__(sentence)
        self.mismatch = Mismatch(output, sentence.format(output=output, **facts), error, measured)


@dataclass(frozen=True, slots=True)
class _Comparison:
    """One output of one case."""

    case: FrozenCase
    spec: OutputSpec

    def run(self, name: str, expected: Value, got: Value) -> list[Mismatch]:
        """The mismatches of this value and of all that it holds."""
        try:
            return [
                mismatch
                for inner, want, have in self._parts(name, expected, got)
                for mismatch in self.run(inner, want, have)
            ]
        except _Differs as wrong:
            return [wrong.mismatch]

    def _wrong(
        self,
        name: str,
        sentence: str,
        error: ArrayError | None = None,
        measured: Measured | None = None,
        /,
        **facts: object,
    ) -> _Differs:
        # A hidden case's keys may hold its inputs, so an entry goes by the name of its dict.
        shown = name if self.case.public else without_keys(name)
        return _Differs(shown[:80], sentence, error, measured, **facts)

    def _parts(self, name: str, expected: Value, got: Value) -> Iterable[tuple[str, Value, Value]]:
        """What a list or dict holds, pair by pair; a leaf is compared here and holds nothing."""
        if got is None and expected is not None:
            raise self._wrong(name, wording.NOTHING)
        match expected:
            case list() | tuple():
                return self._items(name, expected, got)
            case dict():
                return self._entries(name, expected, got)
            case str() | None:
                self._exactly(name, expected, got)
            case _:
                self._numbers(name, np.asarray(as_array(expected)), got)
        return ()

    def _items(
        self, name: str, expected: list[Value] | tuple[Value, ...], got: Value
    ) -> Iterable[tuple[str, Value, Value]]:
        if not isinstance(got, list | tuple | np.ndarray) or (isinstance(got, np.ndarray) and not got.ndim):
            wanted = "a list" if isinstance(expected, list) else "a tuple"
            raise self._wrong(name, wording.WRONG_TYPE, wanted=wanted, got=describe(got))
        if len(got) != len(expected):
            sentence = wording.WRONG_LENGTH if self.case.public else wording.WRONG_LENGTH_HIDDEN
            raise self._wrong(name, sentence, wanted=len(expected), got=len(got))
        # Only now: an array without elements can announce a length that nobody could walk through.
        if isinstance(got, np.ndarray):
            got = [item if item.ndim else item.item() for item in map(np.asarray, got)]
        return [
            (f"{name}[{i}]", want, have) for i, (want, have) in enumerate(zip(expected, got, strict=True))
        ]

    def _entries(
        self, name: str, expected: dict[str, Value], got: Value
    ) -> Iterable[tuple[str, Value, Value]]:
        if not isinstance(got, dict):
            raise self._wrong(name, wording.WRONG_TYPE, wanted="a dict", got=describe(got))
        if got.keys() != expected.keys():
            sentence = wording.WRONG_KEYS if self.case.public else wording.WRONG_KEYS_HIDDEN
            raise self._wrong(name, sentence, wanted=_some(expected), got=_some(got))
        return [(f"{name}[{key!a}]", want, got[key]) for key, want in expected.items()]

    def _exactly(self, name: str, expected: str | None, got: Value) -> None:
        if type(got) is not type(expected):
            wanted = "text" if isinstance(expected, str) else "None"
            raise self._wrong(name, wording.WRONG_TYPE, wanted=wanted, got=describe(got))
        if got != expected:
            sentence = wording.WRONG_EXACT if self.case.public else wording.WRONG_HIDDEN
            raise self._wrong(name, sentence, wanted=_shown(expected), got=_shown(got))

    def _numbers(self, name: str, expected: Array, got: Value) -> None:
        array = as_array(got)
        if array is None:
            wanted = "an array of numbers" if expected.ndim else "a number"
            if isinstance(got, list | tuple):
                raise self._wrong(name, wording.RAGGED, wanted=wanted)
            raise self._wrong(name, wording.WRONG_TYPE, wanted=wanted, got=describe(got))
        self._same_shape(name, expected, array)
        self._same_kind(name, expected, array)
        measured = Measured.of(expected, array, self.case.tolerances.get(name, 0.0))
        self._finite(name, measured)
        self._close(name, measured)

    def _same_shape(self, name: str, expected: Array, got: Array) -> None:
        if got.shape == expected.shape:
            return
        cause = likely_cause(expected, got, self.case.tolerances.get(name, 0.0))
        written = symbolic(self.spec.shape) if self.spec.shape is not None else None
        if self.case.public:
            wanted = f"{expected.shape} = {written}" if written else f"{expected.shape}"
            raise self._wrong(name, wording.WRONG_SHAPE, wanted=wanted, got=got.shape, cause=cause)
        if written is None:
            raise self._wrong(name, wording.SHAPE_BARE_HIDDEN, cause=cause)
        raise self._wrong(name, wording.WRONG_SHAPE_HIDDEN, wanted=written, cause=cause)

    def _same_kind(self, name: str, expected: Array, got: Array) -> None:
        wanted, came = expected.dtype.kind, got.dtype.kind
        if came == "b" and self.spec.booleans:
            return
        if wanted != came and (wanted, came) != ("f", "i") and got.size:
            raise self._wrong(name, wording.WRONG_KIND, wanted=wording.KINDS[wanted], got=wording.KINDS[came])

    def _finite(self, name: str, measured: Measured) -> None:
        got = measured.got
        bad = ~np.isfinite(got)
        if not bad.any():
            return
        what = "NaN (not a number)" if np.isnan(got).any() else "infinity"
        if not self.case.public:
            raise self._wrong(name, wording.NOT_FINITE_HIDDEN, what=what)
        facts = {"what": what, "count": int(bad.sum()), "size": got.size, "index": list(measured.worst)}
        sentence = wording.NOT_FINITE if got.ndim else wording.NOT_FINITE_SCALAR
        raise self._wrong(name, sentence, None, measured, **facts)

    def _close(self, name: str, measured: Measured) -> None:
        if not measured.wrong.any():
            return
        if not self.case.public:
            raise self._wrong(name, wording.WRONG_HIDDEN)
        error, at = _array_error(name, measured), measured.worst
        facts = {
            "count": int(measured.wrong.sum()),
            "size": measured.got.size,
            "index": error.index,
            "got": float(measured.got[at]),
            "wanted": float(measured.expected[at]),
            "error": float(measured.error[at]),
            "relative": error.max_rel,
            "tolerance": measured.tolerance,
        }
        sentence = wording.WRONG_VALUES if measured.got.ndim else wording.WRONG_NUMBER
        raise self._wrong(name, sentence, error, measured, **facts)


def _array_error(name: str, measured: Measured) -> ArrayError:
    size = np.abs(measured.expected.astype(np.float64))
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        relative = np.where(size > 0, measured.error / size, 0.0)
    largest = np.finfo(np.float64).max  # JSON has no infinity
    return ArrayError(
        output=name,
        max_abs=min(float(measured.error.max()), largest),
        max_rel=min(float(relative.max()), largest),
        tolerance=measured.tolerance,
        index=list(measured.worst),
    )


def _shown(text: Value) -> str:
    """Text from anywhere, made harmless and short."""
    written = ascii(text)
    return written if len(written) <= 60 else f"{written[:57]}..."


def _some(keys: Mapping[str, Value]) -> str:
    shown = [_shown(key) for key in list(keys)[:8]]
    return ", ".join(shown + ["..."] * (len(keys) > 8)) or "none"
