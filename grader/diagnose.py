"""What explains a wrong answer: the cheapest explanation that holds on every failing case, or none.

Explainers stand in `_EXPLAINERS`, cheapest first; each looks at all failing cases and says what it found
or None. An explanation that two known mistakes give alike is none.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from grader import wording
from grader.draws import Array
from grader.outputs import as_array, leaves, paired, updated_input, without_keys
from grader.report import Diagnosis
from grader.sandbox.job import CaseOutcome, Ending, Value
from grader.version import FrozenCase, Version


@dataclass(frozen=True, slots=True)
class Judged:
    """One case that ran, and whether it passed."""

    case: FrozenCase
    outcome: CaseOutcome
    passed: bool


@dataclass(frozen=True, slots=True)
class _Failing:
    """One failing case, with what came back, named and as arrays where numbers came."""

    case: FrozenCase
    outcome: CaseOutcome
    leaves: Mapping[str, Value] | None  # None when it is built differently from what is expected


def diagnose(version: Version, judged: Sequence[Judged]) -> Diagnosis | None:
    """The one explanation that holds on every failing case."""
    passed = [one.case for one in judged if one.passed]
    failing = [_failing(version, one) for one in judged if not one.passed]
    if not failing or any(one.outcome.ending not in _EXPLAINABLE for one in failing):
        return None
    found = (explain(version, passed, failing) for explain in _EXPLAINERS)
    return next((diagnosis for diagnosis in found if diagnosis), None)


_EXPLAINABLE = frozenset({Ending.RETURNED, Ending.RAISED})


def _failing(version: Version, one: Judged) -> _Failing:
    found = None
    if one.outcome.ending is Ending.RETURNED:
        found = _named_arrays(version, one.case, one.outcome.value)
    return _Failing(one.case, one.outcome, found)


def _named_arrays(version: Version, case: FrozenCase, value: Value) -> Mapping[str, Value] | None:
    found = paired(version.signature.outputs, case.expected, value)
    if found is None:
        return None
    arrays = {name: as_array(leaf) for name, leaf in found.items()}
    return {name: leaf if arrays[name] is None else arrays[name] for name, leaf in found.items()}


# A known mistake


def _known_mistake(
    version: Version, passed: Sequence[FrozenCase], failing: Sequence[_Failing]
) -> Diagnosis | None:
    fitting = [name for name in version.mistakes if all(_fits(version, one, name) for one in failing)]
    # A mistake that a passed case would have caught explains less than one that passes there too.
    consistent = [
        name for name in fitting if not any(case.mistakes[name].caught for case in passed)
    ] or fitting
    if len(consistent) != 1:
        return None
    (name,) = consistent
    return Diagnosis(
        kind="mistake", name=name, message=version.mistakes[name], outputs=list(version.signature.outputs)
    )


def _fits(version: Version, one: _Failing, name: str) -> bool:
    """Whether this failing case came out as the mistake does, where the mistake shows."""
    mistake = one.case.mistakes[name]
    if not mistake.caught or mistake.ending is not one.outcome.ending:
        return False
    if mistake.ending is Ending.RAISED:
        return one.outcome.error is not None and one.outcome.error.kind == mistake.error
    wanted = _named_arrays(version, one.case, mistake.value)
    if one.leaves is None or wanted is None:
        return False
    return all(
        _alike(one.leaves[leaf], value, one.case.tolerances.get(leaf, 0.0)) for leaf, value in wanted.items()
    )


def _alike(value: Value, other: Value, tolerance: float) -> bool:
    """Equal within tolerance, NaN and infinity in the same places."""
    if not isinstance(value, np.ndarray) or not isinstance(other, np.ndarray):
        return type(value) is type(other) and value == other
    if value.shape != other.shape or value.dtype.kind != other.dtype.kind:
        return False
    return bool(np.isclose(value, other, rtol=0, atol=tolerance, equal_nan=True).all())


# A relation to the right value


@dataclass(frozen=True, slots=True)
class _Numbers:
    """One output on one failing case."""

    case: FrozenCase
    got: Array
    expected: Array
    before: Array | None  # the input it updates, in its own shape
    tolerance: float

    @property
    def start(self) -> Array:
        """Where the step began: relations hold between steps, and between values if there is no step."""
        return np.zeros_like(self.expected) if self.before is None else self.before.reshape(self.got.shape)

    def is_near(self, guess: Array, factor: float = 1.0) -> bool:
        """Whether the returned value is this guess, and the guess is not the expected value itself."""
        allowed = self.tolerance * max(1.0, abs(factor))
        near = bool((np.abs(self.got - guess) <= allowed).all())
        return near and not (np.abs(guess - self.expected) <= 2 * allowed).all()


def _relation(
    version: Version, _passed: Sequence[FrozenCase], failing: Sequence[_Failing]
) -> Diagnosis | None:
    outputs = _numbers_by_output(version, failing)
    found = {name: _relation_of(version, name, numbers) for name, numbers in outputs.items()}
    if not found or None in found.values():
        return None
    names, sentences = zip(*(pair for pair in found.values() if pair), strict=True)
    return Diagnosis(
        kind="relation",
        name=" and ".join(dict.fromkeys(names)),
        message=" ".join(dict.fromkeys(sentences)),
        outputs=list(dict.fromkeys(_shown(name, failing) for name in found)),
    )


def _shown(name: str, failing: Sequence[_Failing | _Numbers]) -> str:
    return name if all(one.case.public for one in failing) else without_keys(name)


def _numbers_by_output(version: Version, failing: Sequence[_Failing]) -> Mapping[str, list[_Numbers]]:
    """The outputs that are wrong on any failing case, with their numbers on every one of these cases.

    Empty when something is wrong that is no number, or that has another shape.
    """
    wrong: dict[str, list[_Numbers]] = {}
    for one in failing:
        if one.leaves is None:
            return {}
        for name, expected in leaves(version.signature.outputs, one.case.expected).items():
            wanted, array = as_array(expected), one.leaves[name]
            if wanted is None or not isinstance(array, np.ndarray) or wanted.shape != array.shape:
                return {}
            tolerance = one.case.tolerances.get(name, 0.0)
            if not (np.abs(array - wanted.astype(np.float64)) <= tolerance).all():
                before = updated_input(version.signature, name, one.case.arguments)
                wrong.setdefault(name, []).append(_Numbers(one.case, array, wanted, before, tolerance))
    return wrong


def _relation_of(version: Version, name: str, numbers: Sequence[_Numbers]) -> tuple[str, str] | None:
    for relation, sentence in _relations(version, numbers):
        if sentence:
            return relation, sentence.format(output=_shown(name, numbers))
    return _factor(_shown(name, numbers), numbers)


def _relations(version: Version, numbers: Sequence[_Numbers]) -> Iterator[tuple[str, str | None]]:
    def holds(guess: Sequence[Array]) -> bool:
        return all(one.is_near(value) for one, value in zip(numbers, guess, strict=True))

    steps = [one.expected - one.start for one in numbers]
    stepping = all(one.before is not None for one in numbers)
    negated = [one.start - step for one, step in zip(numbers, steps, strict=True)]
    if holds(negated):
        yield "negated", wording.NEGATED if stepping else wording.NEGATED_VALUE
    if stepping and holds([one.start for one in numbers]):
        yield "unchanged", wording.UNCHANGED
    if stepping and (holds(steps) or holds([-step for step in steps])):
        yield "step", wording.STEP
    if stepping and _is_gradient(version, numbers, steps):
        yield "gradient", wording.GRADIENT
    if holds([_rearranged(one) for one in numbers]):
        yield "rearranged", wording.REARRANGED


def _is_gradient(version: Version, numbers: Sequence[_Numbers], steps: Sequence[Array]) -> bool:
    """Whether every value is ``-step / rate`` for one plain number among the inputs."""
    names = list(version.signature.inputs)
    for i in range(len(names)):
        rates = [one.case.arguments[i] for one in numbers]
        if all(isinstance(rate, float) and rate for rate in rates):
            factors = [-1 / float(rate) for rate in rates if isinstance(rate, float)]
            if all(
                one.is_near(factor * step, factor)
                for one, step, factor in zip(numbers, steps, factors, strict=True)
            ):
                return True
    return False


def _rearranged(one: _Numbers) -> Array:
    """The expected numbers in Fortran order, or transposed."""
    matrix = one.expected if one.before is None else one.expected.reshape(one.before.shape)
    if matrix.ndim < 2:
        return one.expected
    return np.reshape(matrix.T, one.got.shape)


def _factor(name: str, numbers: Sequence[_Numbers]) -> tuple[str, str] | None:
    """One factor between what came and what should have, the same or the same formula on every case."""
    factors = []
    for one in numbers:
        step, got = one.expected - one.start, one.got - one.start
        size = float((step * step).sum())
        factor = float((step * got).sum()) / size if size else 0.0
        if not np.isfinite(factor) or not one.is_near(one.start + factor * step, factor):
            return None
        factors.append(factor)
    written = _written(factors, [one.case.spec.sizes for one in numbers])
    if written is None:
        return None
    sentence = wording.SCALED if numbers[0].before is not None else wording.SCALED_VALUE
    return f"times {written}", sentence.format(output=name, factor=written)


# Only these are named: any number at all would let code tell hidden inputs through the diagnosis.
_PLAIN_FACTORS = {2: "2", 3: "3", 4: "4", 10: "10", 1 / 2: "1/2", 1 / 3: "1/3", 1 / 4: "1/4", 1 / 10: "1/10"}


def _written(factors: Sequence[float], sizes: Sequence[Mapping[str, int]]) -> str | None:
    """A factor as a plain number, or as a size where only the size explains it."""
    for value, text in _PLAIN_FACTORS.items():
        for sign, minus in ((1, ""), (-1, "-")):
            if np.allclose(factors, sign * value, rtol=1e-4, atol=0):
                return minus + text
    for name in sizes[0]:
        for less, text in ((0, name), (1, f"({name} - 1)")):
            lengths = [one[name] - less for one in sizes]
            if np.allclose(factors, lengths, rtol=1e-4, atol=0):
                return text
            if 0 not in lengths and np.allclose(factors, [1 / n for n in lengths], rtol=1e-4, atol=0):
                return f"1/{text}"
    return None


# Numbers that ran away


def _numerical(
    _version: Version, _passed: Sequence[FrozenCase], failing: Sequence[_Failing]
) -> Diagnosis | None:
    outputs: dict[str, None] = {}
    for one in failing:
        bad = [
            name
            for name, value in (one.leaves or {}).items()
            if isinstance(value, np.ndarray) and not np.isfinite(value).all()
        ]
        if not bad:
            return None
        outputs.update(dict.fromkeys(_shown(name, failing) for name in bad))
    names = list(outputs)
    return Diagnosis(
        kind="numerical",
        name="not finite",
        message=wording.OVERFLOW.format(output=" and ".join(names)),
        outputs=names,
    )


_EXPLAINERS = (_known_mistake, _relation, _numerical)
