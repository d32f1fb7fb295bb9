"""How a wrong array relates to a right one: negated, scaled, unchanged, shifted, wrong in one place only ...

A relation takes the numbers of one failing case and a base, which is the expected array, or what a known
mistake makes of it, and gives the array that it would lead to. Where an output updates an input, relations
hold between the steps.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

from grader import wording
from grader.diagnosis.evidence import Numbers
from grader.draws import Array
from grader.outputs import updated
from grader.shapes import Size, evaluate, terms
from grader.signature import Signature


@dataclass(frozen=True, slots=True)
class Relation:
    """What was found: its name, and the sentence that tells it of `{output}`."""

    name: str
    sentence: str


@dataclass(frozen=True, slots=True)
class _Guess:
    """The array that a relation leads to, and by how much it enlarges the errors of the base."""

    array: Array
    factor: float = 1.0
    telling: bool = True  # whether this case alone would speak for the relation


#: What a relation makes of a base on one case; None where it says nothing there.
_Leads = Callable[[Numbers, Array], _Guess | None]


def relation_to(
    signature: Signature, output: str, numbers: Sequence[Numbers], bases: Sequence[Array]
) -> Relation | None:
    """The first relation that holds between what came and the base, on every one of these cases."""
    leading = chain(_transformed(signature, numbers), _related(signature, output, numbers))
    return _first(signature, leading, numbers, bases)


def transform_of(signature: Signature, numbers: Sequence[Numbers], bases: Sequence[Array]) -> Relation | None:
    """The same with what is done to a whole step alone, which a second mistake could have spoilt before."""
    return _first(signature, _transformed(signature, numbers), numbers, bases)


def _first(
    signature: Signature,
    leading: Iterator[tuple[Relation, _Leads]],
    numbers: Sequence[Numbers],
    bases: Sequence[Array],
) -> Relation | None:
    if not all(np.isfinite(one.got).all() for one in numbers):
        return None
    for relation, leads in leading:
        if _hold(leads, numbers, bases):
            return relation
    return _scaled(signature, numbers, bases)


def _hold(leads: _Leads, numbers: Sequence[Numbers], bases: Sequence[Array]) -> bool:
    telling = False
    for one, base in zip(numbers, bases, strict=True):
        guess = leads(one, base)
        if guess is None or not one.is_near(guess.array, guess.factor):
            return False
        telling = telling or guess.telling
    return telling


def _updating(numbers: Sequence[Numbers]) -> bool:
    return all(one.updates for one in numbers)


def _transformed(signature: Signature, numbers: Sequence[Numbers]) -> Iterator[tuple[Relation, _Leads]]:
    updating = _updating(numbers)
    yield Relation("negated", wording.NEGATED if updating else wording.NEGATED_VALUE), _negated
    if updating:
        for sign in (1.0, -1.0):
            yield Relation("step", wording.STEP), _step(sign)
        for position in _rates(signature, numbers):
            yield Relation("gradient", wording.GRADIENT), _gradient(position)
    yield Relation("rearranged", wording.REARRANGED), _rearranged


def _related(
    signature: Signature, output: str, numbers: Sequence[Numbers]
) -> Iterator[tuple[Relation, _Leads]]:
    if _updating(numbers):
        yield Relation("unchanged", wording.UNCHANGED), lambda one, _base: _Guess(one.start)
    for by in (1, -1):
        yield Relation("shifted", wording.SHIFTED), _shifted(by)
    for words, leads in _blocks(signature, output, numbers):
        yield Relation("partly", wording.PARTLY.replace("{block}", words)), leads
    yield Relation("permuted", wording.PERMUTED), _permuted


def _negated(one: Numbers, base: Array) -> _Guess:
    return _Guess(2 * one.start - base)


def _step(sign: float) -> _Leads:
    return lambda one, base: _Guess(sign * (base - one.start))


def _rates(signature: Signature, numbers: Sequence[Numbers]) -> list[int]:
    """Where among the inputs a plain number stands that could be the learning rate."""
    return [
        position for position in range(len(signature.inputs)) if all(_rate(one, position) for one in numbers)
    ]


def _rate(one: Numbers, position: int) -> float:
    rate = one.case.inputs[position]
    return rate if isinstance(rate, float) else 0.0


def _gradient(position: int) -> _Leads:
    def leads(one: Numbers, base: Array) -> _Guess:
        factor = -1 / _rate(one, position)
        return _Guess(factor * (base - one.start), factor)

    return leads


def _rearranged(_one: Numbers, base: Array) -> _Guess | None:
    """The same numbers column by column, or transposed."""
    return _Guess(np.reshape(base.T, base.shape)) if base.ndim >= 2 else None


_TELLING = 3  # with fewer rows or numbers, what may differ is half of all


def _shifted(by: int) -> _Leads:
    def leads(one: Numbers, base: Array) -> _Guess | None:
        if not base.ndim or not base.size:
            return None
        step = np.roll(base - one.start, by, axis=0)
        guess = one.start + step
        edge, inner = (0, step[1:]) if by > 0 else (-1, step[:-1])
        guess[edge] = one.got[edge]
        return _Guess(guess, telling=len(base) >= _TELLING and _moves(inner, one))

    return leads


def _moves(step: Array, one: Numbers) -> bool:
    """Whether there is anything in this part of a step that could be told from nothing."""
    return bool((np.abs(step) > 2 * one.tolerance).any())


def _permuted(one: Numbers, base: Array) -> _Guess | None:
    near = np.abs(np.sort(one.got, axis=None) - np.sort(base, axis=None)) <= one.tolerance
    return _Guess(one.got, telling=base.size >= _TELLING) if near.all() else None


def _blocks(signature: Signature, output: str, numbers: Sequence[Numbers]) -> Iterator[tuple[str, _Leads]]:
    """Parts of an array that alone may be wrong: its ends, and those that its shape is a sum of."""
    spec = signature.outputs.get(output)
    origin = updated(signature, numbers[0].case.inputs).get(output)
    shape = signature.inputs[origin].shape if origin else (spec.shape if spec else None)
    axes = numbers[0].expected.ndim
    written: Sequence[Size] = shape if shape is not None and len(shape) == axes else [""] * axes
    for axis, length in enumerate(written[:2]):
        one, many = ("entry", "entries") if axes == 1 else (("row", "rows"), ("column", "columns"))[axis]
        parts = terms(length)
        if len(parts) > 1:
            yield f"the first {parts[0]} {many}", _only(axis, parts[0], last=False)
            yield f"the last {parts[-1]} {many}", _only(axis, parts[-1], last=True)
        yield f"the first {one}", _only(axis, 1, last=False)
        yield f"the last {one}", _only(axis, 1, last=True)


def _only(axis: int, length: Size, *, last: bool) -> _Leads:
    """The base, but for one block at an end of an axis, where anything may stand."""

    def leads(one: Numbers, base: Array) -> _Guess | None:
        count = evaluate(length, one.case.spec.sizes)
        at = [slice(None)] * base.ndim
        at[axis] = slice(-count, None) if last else slice(0, count)
        rest = base - one.start
        rest[tuple(at)] = 0
        guess = base.copy()
        guess[tuple(at)] = one.got[tuple(at)]
        return _Guess(guess, telling=_moves(rest, one))

    return leads


def _scaled(signature: Signature, numbers: Sequence[Numbers], bases: Sequence[Array]) -> Relation | None:
    """One factor between what came and what should have, the same or the same formula on every case."""
    factors = []
    for one, base in zip(numbers, bases, strict=True):
        step, got = base - one.start, one.got - one.start
        size = float((step * step).sum())
        factor = float((step * got).sum()) / size if size else 0.0
        if not np.isfinite(factor) or not one.is_near(one.start + factor * step, factor):
            return None
        factors.append(factor)
    for words, values in _factors(signature, numbers):
        if np.allclose(factors, values, rtol=1e-4, atol=0):
            sentence = wording.SCALED if _updating(numbers) else wording.SCALED_VALUE
            return Relation(f"times {words}", sentence.replace("{factor}", words))
    return None


# Only these are named: any number at all would let code tell hidden inputs through the diagnosis.
_PLAIN_FACTORS = {"2": 2, "3": 3, "4": 4, "10": 10, "1/2": 1 / 2, "1/3": 1 / 3, "1/4": 1 / 4, "1/10": 1 / 10}


def _factors(
    signature: Signature, numbers: Sequence[Numbers]
) -> Iterator[tuple[str, float | Sequence[float]]]:
    """What a factor may be called, plainest first: a number, a size, or a number among the inputs."""
    for words, value in _PLAIN_FACTORS.items():
        yield words, value
        yield f"-{words}", -value
    formulas: list[tuple[str, Sequence[float]]] = []
    for name in numbers[0].case.spec.sizes:
        for less, words in ((0, name), (1, f"({name} - 1)")):
            formulas.append((words, [one.case.spec.sizes[name] - less for one in numbers]))
    for position in _rates(signature, numbers):
        words = list(signature.inputs)[position]
        formulas.append((words, [_rate(one, position) for one in numbers]))
    for words, values in formulas:
        yield words, values
        if 0 not in values:
            yield f"1/{words}", [1 / value for value in values]
