"""What an attempt gave back on the cases it failed, as names and arrays that explanations can be held to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import repeat

import numpy as np

from grader.draws import Array
from grader.outputs import as_array, leaves, paired, updated_input, without_keys
from grader.sandbox.job import CaseOutcome, Ending, Value
from grader.version import FrozenCase, Version

#: By how much, as a part of it, the same value may differ where no tolerance was derived.
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Judged:
    """One case that ran, and whether it passed."""

    case: FrozenCase
    outcome: CaseOutcome
    passed: bool


@dataclass(frozen=True)
class Failing:
    """One failing case, with what came back, named and as arrays where numbers came."""

    case: FrozenCase
    outcome: CaseOutcome
    leaves: Mapping[str, Value] | None  # None when it is built differently from what is expected


@dataclass(frozen=True, slots=True)
class Numbers:
    """One array or number on one failing case, in the shape of the input that it updates, if any."""

    case: FrozenCase
    got: Array
    expected: Array
    start: Array  # where the step began: relations hold between steps, or between values if there is none
    updates: bool
    tolerance: float

    def is_near(self, guess: Array, factor: float = 1.0) -> bool:
        """Whether the returned value is this guess, and the guess is not the expected value itself."""
        allowed = self.tolerance * max(1.0, abs(factor))
        if not (np.abs(self.got - guess) <= allowed).all():
            return False
        return not (np.abs(guess - self.expected) <= 2 * allowed).all()


@dataclass(frozen=True)
class Evidence:
    """Failing cases of an attempt, each of which returned or raised: all there are, or a part of them."""

    version: Version
    passed: Sequence[FrozenCase]
    failing: Sequence[Failing]
    beside: Sequence["Evidence"] = ()  # what else fails, for its right outputs speak against mistakes as well

    def part(self, failing: Sequence[Failing]) -> "Evidence":
        """These of the failing cases, with the others beside them."""
        these = set(map(id, failing))
        rest = [one for one in self.failing if id(one) not in these]
        return replace(self, failing=failing, beside=[replace(self, failing=rest)])

    @cached_property
    def wrong(self) -> Mapping[str, Sequence[Numbers]]:
        """The arrays that are wrong on any failing case, with their numbers on the cases where they are.

        Empty when something is wrong that is no number, or that has another shape, or that should not be.
        """
        wrong: dict[str, list[Numbers]] = {}
        for one in self.failing:
            if one.leaves is None or one.case.spec.raises:
                return {}
            for name, expected in leaves(self.version.signature.outputs, one.case.expected).items():
                wanted, got = as_array(expected), one.leaves[name]
                if wanted is None or not isinstance(got, np.ndarray) or wanted.shape != got.shape:
                    return {}
                tolerance = one.case.tolerances.get(name, 0.0)
                if not (np.abs(got - wanted.astype(np.float64)) <= tolerance).all():
                    wrong.setdefault(name, []).append(self._numbers(one.case, name, got, wanted))
        return wrong

    def contradicts(self, mistake: str) -> bool:
        """Whether the mistake shows somewhere that the attempt is right."""
        return (
            any(case.mistakes[mistake].caught for case in self.passed)
            or self.is_right_where_shown(mistake)
            or any(other.is_right_where_shown(mistake) for other in self.beside)
        )

    def is_right_where_shown(self, mistake: str) -> bool:
        """Whether, on a failing case, an output is right that the mistake makes wrong."""
        return bool(self.wrong) and any(
            (id(one.case), output) not in self._wrong_outputs
            for one in self.failing
            for output in one.case.mistakes[mistake].shows
        )

    @cached_property
    def _wrong_outputs(self) -> frozenset[tuple[int, str]]:
        """Which output is wrong on which failing case."""
        return frozenset(
            (id(one.case), name.partition("[")[0]) for name, numbers in self.wrong.items() for one in numbers
        )

    def _numbers(self, case: FrozenCase, name: str, got: Array, expected: Array) -> Numbers:
        before = updated_input(self.version.signature, name, case.inputs)
        shape = expected.shape if before is None else before.shape
        return Numbers(
            case=case,
            got=got.reshape(shape),
            expected=expected.reshape(shape),
            start=np.zeros(shape) if before is None else before,
            updates=before is not None,
            tolerance=case.tolerances.get(name, 0.0),
        )

    def shown(self, name: str) -> str:
        """An array's name as students may read it."""
        return name if all(one.case.public for one in self.failing) else without_keys(name)

    def outputs(self, names: Sequence[str]) -> list[str]:
        return list(dict.fromkeys(self.shown(name) for name in names))


def evidence_of(version: Version, judged: Sequence[Judged]) -> Evidence | None:
    """What there is to explain; None when nothing failed, or when a failure speaks for itself."""
    failing = [Failing(one.case, one.outcome, _returned(version, one)) for one in judged if not one.passed]
    if not failing or not all(may_be_explained(one) for one in judged if not one.passed):
        return None
    return Evidence(version, [one.case for one in judged if one.passed], failing)


def may_be_explained(one: Judged) -> bool:
    """Whether the call ended by itself: a limit or a death speaks for itself."""
    return one.outcome.ending in (Ending.RETURNED, Ending.RAISED)


def _returned(version: Version, one: Judged) -> Mapping[str, Value] | None:
    if one.outcome.ending is not Ending.RETURNED:
        return None
    return named_arrays(version, one.case, one.outcome.value)


def named_arrays(version: Version, case: FrozenCase, value: Value) -> Mapping[str, Value] | None:
    """Every leaf of a value by its name, numbers as arrays; None when it is built differently."""
    found = paired(version.signature.outputs, case.expected, value)
    if found is None:
        return None
    arrays = {name: as_array(leaf) for name, leaf in found.items()}
    return {name: leaf if arrays[name] is None else arrays[name] for name, leaf in found.items()}


def same(version: Version, case: FrozenCase, value: Value, other: Value) -> bool:
    """Whether two values are alike, also where neither is built as the expected one is."""
    if case.spec.raises:
        return same_freely(case, value, other)
    first, second = named_arrays(version, case, value), named_arrays(version, case, other)
    if first is None or second is None:
        return first is second and same_freely(case, value, other)
    return all(alike(leaf, second[name], case.tolerances.get(name, 0.0)) for name, leaf in first.items())


def same_freely(case: FrozenCase, value: Value, other: Value) -> bool:
    """Whether two values are alike that nothing was expected of: within the widest tolerance, or rounding."""
    value, other = _with_arrays(value), _with_arrays(other)
    return alike(value, other, max(case.tolerances.values(), default=0.0) or _ROUNDING * _size(other))


def _size(value: Value) -> float:
    """The largest number in a value made of arrays, 0 where there is none."""
    match value:
        case np.ndarray() if value.dtype.kind == "f":
            return float(np.abs(value[np.isfinite(value)]).max(initial=0))
        case dict():
            return max(map(_size, value.values()), default=0.0)
        case list():
            return max(map(_size, value), default=0.0)
        case _:
            return 0.0


def _with_arrays(value: Value) -> Value:
    """The value with every number, and every list of numbers, as an array."""
    if (array := as_array(value)) is not None:
        return array
    match value:
        case dict():
            return {key: _with_arrays(item) for key, item in value.items()}
        case list() | tuple():
            return [_with_arrays(item) for item in value]
        case _:
            return value


def alike(value: Value, other: Value, tolerance: float) -> bool:
    """Equal within tolerance, NaN and infinity in the same places."""
    if isinstance(value, dict) and isinstance(other, dict):
        return value.keys() == other.keys() and all(alike(value[key], other[key], tolerance) for key in value)
    if isinstance(value, list | tuple) and isinstance(other, list | tuple):
        return len(value) == len(other) and all(map(alike, value, other, repeat(tolerance)))
    if not isinstance(value, np.ndarray) or not isinstance(other, np.ndarray):
        return type(value) is type(other) and value == other
    if value.shape != other.shape or value.dtype.kind != other.dtype.kind:
        return False
    if value.dtype.kind != "f":
        return np.array_equal(value, other)
    with np.errstate(invalid="ignore", over="ignore"):
        near = np.abs(value - other) <= tolerance
    if near.all():
        return True
    return bool((near | (value == other) | (np.isnan(value) & np.isnan(other))).all())
