"""Holding code to a problem's laws: two calls each, and no expected value."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from grader.diagnosis.evidence import named_arrays
from grader.laws import Law, Pair
from grader.problem import Problem
from grader.runner import Runner, calls_of
from grader.sandbox.job import CaseInput, CaseOutcome, Ending, Sandbox, Value
from grader.version import FrozenCase, Version, elements

_CASES = 8  # that the laws are tried on
_LARGEST = 2_000  # elements of such a case's inputs
_ROOM = 4  # tolerances: both calls have errors of their own, and changed inputs may be larger
_SEED = 7


@dataclass(frozen=True, slots=True)
class Broken:
    """A law that does not hold for some code on some case."""

    law: str
    case: str


@dataclass(frozen=True, slots=True)
class Experiment:
    """A problem's laws on some of a version's cases: a first call each, then one for each law."""

    version: Version
    laws: Sequence[Law]
    cases: Sequence[FrozenCase]
    pairs: Sequence[Sequence[Pair]]  # for each case, one a law
    calls: Sequence[CaseInput]

    def broken(self, outcomes: Sequence[CaseOutcome]) -> list[Broken]:
        """The laws that these outcomes of `calls` break."""
        found: list[Broken] = []
        remaining = iter(outcomes)
        for case, pairs in zip(self.cases, self.pairs, strict=True):
            first = next(remaining)
            for law, pair in zip(self.laws, pairs, strict=True):
                if not _holds(self.version, case, pair, first, next(remaining)):
                    found.append(Broken(law.law, case.name))
        return found


def experiment(problem: Problem, version: Version) -> Experiment:
    """The calls that try a problem's laws: the same ones each time."""
    cases = [case for case in version.cases if not case.spec.raises and elements(case.inputs) <= _LARGEST][
        :_CASES
    ]
    rng = np.random.default_rng(_SEED)
    pairs = [[law.pair(problem.signature, case.inputs, rng) for law in problem.metamorphic] for case in cases]
    drawn = [
        inputs
        for case, own in zip(cases, pairs, strict=True)
        for inputs in (case.inputs, *(pair.inputs for pair in own))
    ]
    return Experiment(version, problem.metamorphic, cases, pairs, calls_of(problem.signature, drawn))


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


def _holds(version: Version, case: FrozenCase, pair: Pair, first: CaseOutcome, second: CaseOutcome) -> bool:
    if first.ending is not Ending.RETURNED or second.ending is not Ending.RETURNED:
        return False
    before = named_arrays(version, case, first.value)
    after = named_arrays(version, case, second.value)
    if before is None or after is None:
        return False
    numbers = {name: value for name, value in before.items() if isinstance(value, np.ndarray)}
    try:
        wanted: dict[str, Value] = {**before, **pair.wanted(numbers)}
    except (ValueError, IndexError):  # an output of another shape than the law can change
        return False
    return all(_near(value, after[name], case.tolerances.get(name, 0.0)) for name, value in wanted.items())


def _near(wanted: Value, got: Value, tolerance: float) -> bool:
    if not isinstance(wanted, np.ndarray) or not isinstance(got, np.ndarray):
        return type(wanted) is type(got) and wanted == got
    if wanted.shape != got.shape:
        return False
    if wanted.dtype.kind != "f" or not wanted.size:
        return np.array_equal(wanted, got)
    room = _ROOM * (tolerance + 2.0**-22 * float(np.abs(wanted).max()))
    return bool((np.abs(got - wanted) <= room).all())
