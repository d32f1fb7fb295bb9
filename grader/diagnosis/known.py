"""Known mistakes and relations: one that explains all outputs, two that share them, one on top of another."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from grader import wording
from grader.diagnosis.evidence import Evidence, Failing, Numbers, alike, named_arrays, same, same_freely
from grader.diagnosis.relations import Relation, relation_to, transform_of
from grader.draws import Array
from grader.outputs import is_built
from grader.report import Diagnosis
from grader.sandbox.job import Ending


def one_mistake(evidence: Evidence) -> Diagnosis | None:
    """The only mistake whose outcome is the attempt's, on every output of every failing case."""
    fitting = [
        name for name in _told_apart(evidence) if all(_fits(evidence, one, name) for one in evidence.failing)
    ]
    best = _best(evidence, fitting)
    if len(best) != 1:
        return None
    shown = {output for one in evidence.failing for output in one.case.mistakes[best[0]].shows}
    return Diagnosis(
        kind="mistake",
        name=best[0],
        message=evidence.version.mistakes[best[0]].message,
        outputs=[output for output in evidence.version.signature.outputs if output in shown],
    )


def one_mistake_in_part(evidence: Evidence) -> Diagnosis | None:
    """The only mistake that one output of every failing case speaks for; another spoilt the rest."""
    fitting = [
        name
        for name in _told_apart(evidence)
        if not evidence.contradicts(name) and _fits_in_part(evidence, name)
    ]
    if len(fitting) != 1:
        return None
    return Diagnosis(
        kind="mistake",
        name=fitting[0],
        message=evidence.version.mistakes[fitting[0]].message,
        outputs=list(evidence.version.signature.outputs),
    )


def _fits_in_part(evidence: Evidence, name: str) -> bool:
    """Whether one and the same output of every failing case is what the mistake makes of it."""
    return any(
        all(_fits_at(evidence, one, name, position) for one in evidence.failing)
        for position in range(len(evidence.version.signature.outputs))
    )


def _fits_at(evidence: Evidence, one: Failing, name: str, position: int) -> bool:
    mistake = one.case.mistakes[name]
    outputs = evidence.version.signature.outputs
    if not mistake.caught or not mistake.ending is one.outcome.ending is Ending.RETURNED:
        return False
    if not is_built(outputs, one.outcome.value) or not is_built(outputs, mistake.value):
        return False
    came, made = (
        value[position] if len(outputs) > 1 and isinstance(value, tuple | list) else value
        for value in (one.outcome.value, mistake.value)
    )
    return same_freely(one.case, came, made)


def _told_apart(evidence: Evidence) -> list[str]:
    """The mistakes that can be told from those listed before them."""
    return [
        name
        for name, mistake in evidence.version.mistakes.items()
        if mistake.observable and mistake.like is None
    ]


def _best(evidence: Evidence, fitting: Sequence[str]) -> Sequence[str]:
    """A mistake that would show where the attempt is right explains less than one that would not."""
    return [name for name in fitting if not evidence.contradicts(name)] or fitting


def _fits(evidence: Evidence, one: Failing, name: str) -> bool:
    """Whether this failing case came out as the mistake does, where the mistake shows."""
    mistake = one.case.mistakes[name]
    if not mistake.caught or mistake.ending is not one.outcome.ending:
        return False
    if mistake.ending is Ending.RAISED:
        return one.outcome.error is not None and one.outcome.error.built_in == mistake.error
    return same(evidence.version, one.case, one.outcome.value, mistake.value)


@dataclass(frozen=True, slots=True)
class _Cause:
    """Why one array is wrong: a known mistake, or a relation to what it should be."""

    name: str
    sentence: str  # of a relation, with a place for the output
    known: bool


def one_or_two_causes(evidence: Evidence) -> Diagnosis | None:
    """The fewest causes that explain each wrong array: one for all, or two that share them."""
    causes = {name: _causes(evidence, name, numbers) for name, numbers in evidence.wrong.items()}
    if not causes or not all(causes.values()):
        return None
    known = {cause.name: cause for found in causes.values() for cause in found}
    for count in (1, 2):
        covering = [
            chosen
            for chosen in combinations(known, count)
            if all(any(cause.name in chosen for cause in found) for found in causes.values())
        ]
        if covering:
            return _told(evidence, covering[0], causes) if len(covering) == 1 else None
    return None


def _causes(evidence: Evidence, name: str, numbers: Sequence[Numbers]) -> list[_Cause]:
    fitting = [mistake for mistake in _told_apart(evidence) if _matches(evidence, mistake, name, numbers)]
    if fitting:
        messages = evidence.version.mistakes
        return [
            _Cause(mistake, messages[mistake].message, known=True) for mistake in _best(evidence, fitting)
        ]
    found = relation_to(evidence.version.signature, name, numbers, [one.expected for one in numbers])
    return [_Cause(found.name, found.sentence, known=False)] if found else []


def _matches(evidence: Evidence, mistake: str, name: str, numbers: Sequence[Numbers]) -> bool:
    """Whether this array is what the mistake makes of it, on every case where it is wrong."""
    for one in numbers:
        outcome = one.case.mistakes[mistake]
        if name.partition("[")[0] not in outcome.shows:
            return False
        made = _made(evidence, mistake, name, one)
        if made is None or not alike(one.got, made, one.tolerance):
            return False
    return True


def _made(evidence: Evidence, mistake: str, name: str, one: Numbers) -> Array | None:
    """What a mistake makes of an array: the expected numbers where it does not show."""
    outcome = one.case.mistakes[mistake]
    if outcome.value is None:
        return one.expected if not outcome.caught else None
    found = named_arrays(evidence.version, one.case, outcome.value)
    value = found[name] if found is not None else None
    if not isinstance(value, np.ndarray) or value.size != one.expected.size:
        return None
    return value.reshape(one.expected.shape)


def _told(evidence: Evidence, chosen: Sequence[str], causes: Mapping[str, Sequence[_Cause]]) -> Diagnosis:
    parts: list[str] = []
    kinds: set[str] = set()
    for name in chosen:
        arrays = [array for array, found in causes.items() if any(cause.name == name for cause in found)]
        cause = next(cause for cause in causes[arrays[0]] if cause.name == name)
        outputs = listed(evidence.outputs(arrays))
        if not cause.known:
            parts.append(cause.sentence.format(output=outputs))
        else:
            parts.append(wording.IN_OUTPUT.format(output=outputs, message=cause.sentence))
        kinds.add("mistake" if cause.known else "relation")
    return Diagnosis(
        kind=min(kinds),  # with both, it is the mistake that teaches
        name=" and ".join(chosen),
        message=" ".join(parts),
        outputs=evidence.outputs(list(causes)),
    )


def mistake_and_transform(evidence: Evidence) -> Diagnosis | None:
    """A known mistake, and something done to every step that it leads to: two mistakes in one array."""
    found = [
        (mistake, transform)
        for mistake in _told_apart(evidence)
        if (transform := _transform_over(evidence, mistake)) is not None
    ]
    others = [_known_as(evidence, transform) for _, transform in found]
    # Two mistakes that each change the whole step are found in either order, and are the same two.
    pairs = {
        frozenset((mistake, other or transform.name))
        for (mistake, transform), other in zip(found, others, strict=True)
    }
    if len(pairs) != 1:
        return None
    (mistake, transform), other = found[0], others[0]
    messages = evidence.version.mistakes
    said = (
        messages[other].message
        if other
        else transform.sentence.format(output=listed(evidence.outputs(list(evidence.wrong))))
    )
    return Diagnosis(
        kind="mistake",
        name=f"{mistake} and {other or transform.name}",
        message=wording.TWO_AT_ONCE.format(first=messages[mistake].message, second=said),
        outputs=evidence.outputs(list(evidence.wrong)),
    )


def _transform_over(evidence: Evidence, mistake: str) -> Relation | None:
    """The one transform that leads from what the mistake makes to what came, on every wrong array."""
    shows = any(one.case.mistakes[mistake].caught for one in evidence.failing)
    if not shows or evidence.contradicts(mistake):
        return None
    found: dict[str, Relation] = {}
    for name, numbers in evidence.wrong.items():
        if not numbers[0].updates:
            if not _matches(evidence, mistake, name, numbers):
                return None
            continue
        # What does not hold on the first case holds on no more of them, and most end there.
        for tried in (numbers[:1], numbers):
            bases = list(_bases(evidence, mistake, name, tried))
            if len(bases) < len(tried):
                return None
            transform = transform_of(evidence.version.signature, tried, bases)
            if transform is None:
                return None
            found[name] = transform
    names = {transform.name for transform in found.values()}
    return next(iter(found.values())) if len(names) == 1 else None


def _bases(evidence: Evidence, mistake: str, name: str, numbers: Iterable[Numbers]) -> Iterator[Array]:
    for one in numbers:
        made = _made(evidence, mistake, name, one)
        if made is None or not np.isfinite(made).all():
            return
        yield made


def _known_as(evidence: Evidence, transform: Relation) -> str | None:
    """The known mistake that does just this to the right steps, if there is only one."""
    fitting = [mistake for mistake in _told_apart(evidence) if _does(evidence, mistake, transform)]
    return fitting[0] if len(fitting) == 1 else None


def _does(evidence: Evidence, mistake: str, transform: Relation) -> bool:
    """Whether this is all that the mistake does, on the wrong arrays where it shows."""
    if evidence.contradicts(mistake):
        return False
    shown = False
    for name, numbers in evidence.wrong.items():
        showing = [one for one in numbers if name.partition("[")[0] in one.case.mistakes[mistake].shows]
        if not showing or not numbers[0].updates:
            continue
        shown = True
        made = list(_bases(evidence, mistake, name, showing))
        if len(made) < len(showing):
            return False
        alone = [replace(one, got=array) for one, array in zip(showing, made, strict=True)]
        found = transform_of(evidence.version.signature, alone, [one.expected for one in showing])
        if found is None or found.name != transform.name:
            return False
    return shown


def listed(names: Sequence[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last
