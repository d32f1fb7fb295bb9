"""Holding code to a problem's laws: two calls each, and no expected value."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from grader.diagnosis.evidence import alike, named_arrays, same
from grader.laws import Law, Pair
from grader.problem import Problem
from grader.runner import Runner, calls_of
from grader.sandbox.job import CaseInput, CaseOutcome, Ending, Sandbox, Value
from grader.version import FrozenCase, Version, elements

_CASES = 8  # that the laws are tried on
#: Elements of such a case's inputs.
LARGEST = 2_000
_ROOM = 4  # tolerances: both calls have errors of their own, and changed inputs may be larger
_SEED = 7


@dataclass(frozen=True, slots=True)
class Broken:
    """A law that does not hold for some code on some case."""

    law: Law
    case: str


@dataclass(frozen=True, slots=True)
class Experiment:
    """A problem's laws on some of a version's cases: a first call each, then one for each law tried on it."""

    version: Version
    pairs: Sequence[tuple[FrozenCase, Sequence[tuple[Law, Pair]]]]
    calls: Sequence[CaseInput]

    def broken(self, outcomes: Sequence[CaseOutcome]) -> list[Broken]:
        """The laws that these outcomes of `calls` break."""
        found: list[Broken] = []
        remaining = iter(outcomes)
        for case, pairs in self.pairs:
            first = next(remaining)
            for law, pair in pairs:
                if not _holds(self.version, case, pair, first, next(remaining)):
                    found.append(Broken(law, case.name))
        return found


def experiment(problem: Problem, version: Version) -> Experiment:
    """The calls that try each of a problem's laws on its first small cases: the same ones each time."""
    rng = np.random.default_rng(_SEED)
    left = [_CASES] * len(problem.metamorphic)
    tried: list[tuple[FrozenCase, Sequence[tuple[Law, Pair]]]] = []
    for case in _small(version):
        pairs: list[tuple[Law, Pair]] = []
        for number, law in enumerate(problem.metamorphic):
            if left[number] and _can_be_tried(problem, law, case):
                left[number] -= 1
                pairs.append((law, law.pair(problem.signature, case.inputs, rng)))
        if pairs:
            tried.append((case, pairs))
    drawn = [inputs for case, pairs in tried for inputs in (case.inputs, *(pair.inputs for _, pair in pairs))]
    return Experiment(version, tried, calls_of(problem.signature, drawn))


def untried(problem: Problem, version: Version) -> list[Law]:
    """The laws that no case is small enough to try, or gives all that they change."""
    small = _small(version)
    return [
        law for law in problem.metamorphic if not any(_can_be_tried(problem, law, case) for case in small)
    ]


async def broken_laws(problem: Problem, version: Version, sandbox: Sandbox) -> Mapping[str, list[Broken]]:
    """What the reference, each variant and each mistake break, by ``reference``, ``variants/x`` and so on.

    Raises SandboxFailed.
    """
    if not problem.metamorphic:
        return {}
    tried = experiment(problem, version)
    runner = Runner(problem, sandbox)
    found = {"reference": tried.broken(await runner.reference(tried.calls))}
    for name, source in problem.variants.items():
        found[f"variants/{name}"] = tried.broken(await runner.file(source, tried.calls))
    for mistake in problem.mistakes:
        found[f"mistakes/{mistake.name}"] = tried.broken(await runner.file(mistake.source, tried.calls))
    return found


def _small(version: Version) -> list[FrozenCase]:
    return [case for case in version.cases if not case.spec.raises and elements(case.inputs) <= LARGEST]


def _can_be_tried(problem: Problem, law: Law, case: FrozenCase) -> bool:
    inputs = dict(zip(problem.signature.inputs, case.inputs, strict=True))
    return all(inputs[name] is not None for name in law.names)


def _holds(version: Version, case: FrozenCase, pair: Pair, first: CaseOutcome, second: CaseOutcome) -> bool:
    if first.ending is not Ending.RETURNED or second.ending is not Ending.RETURNED:
        return False
    before = named_arrays(version, case, first.value)
    after = named_arrays(version, case, second.value)
    if before is None or after is None:  # built as nothing that a law could change: only the same again
        return pair.inputs is case.inputs and same(version, case, first.value, second.value)
    numbers = {name: value for name, value in before.items() if isinstance(value, np.ndarray)}
    try:
        wanted: dict[str, Value] = {**before, **pair.wanted(numbers)}
    except (ValueError, LookupError):  # an output of another kind or shape than the law can change
        return False
    return all(_near(value, after[name], case.tolerances.get(name, 0.0)) for name, value in wanted.items())


def _near(wanted: Value, got: Value, tolerance: float) -> bool:
    if not isinstance(wanted, np.ndarray) or not isinstance(got, np.ndarray):
        return alike(wanted, got, tolerance)
    if wanted.shape != got.shape:
        return False
    if wanted.dtype.kind != "f" or not wanted.size:
        return np.array_equal(wanted, got)
    room = _ROOM * (tolerance + 2.0**-22 * float(np.abs(wanted).max()))
    with np.errstate(invalid="ignore", over="ignore"):
        return bool((np.abs(got - wanted) <= room).all())
