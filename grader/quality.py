"""How good a version's cases are: which mistake each of them catches, and with what margin."""

from collections.abc import Sequence
from math import inf

from pydantic import BaseModel, ConfigDict

from grader.version import FrozenCase, MutationScore, Version, mutation_score


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class Margin(_Frozen):
    """What one case makes of one mistake."""

    caught: bool
    #: The largest error over its tolerance: beyond 1 is caught. None where no number measures it: NaN,
    #: another shape, an exception.
    margin: float | None
    outputs: list[str]  # those that are wrong


class MistakeQuality(_Frozen):
    """One known mistake, on every case in their order."""

    name: str
    message: str
    outputs: list[str]  # on which it can show at all
    observable: bool
    caught_by: int
    margins: list[Margin]


class OutputQuality(_Frozen):
    """How much room the tolerance of an output leaves, on both sides, in units of the tolerance."""

    name: str
    accepted: float  # the largest error of any right variant on any case
    nearest: str | None  # the mistake that comes nearest to passing, by its worst case
    distance: float | None  # its largest error on that case; None where no number measures it


class CaseQuality(_Frozen):
    """One case: how many mistakes it catches, and for which of them it cannot be spared."""

    name: str
    visibility: str
    caught: int
    needed_for: list[str]  # caught by fewer than two cases if this one were taken out
    condition: float


class Quality(_Frozen):
    """The matrix of mistakes and cases, and what it comes to."""

    mutation: MutationScore
    outputs: list[OutputQuality]
    cases: list[CaseQuality]
    mistakes: list[MistakeQuality]


def quality(version: Version) -> Quality:
    """All of it from what was frozen: nothing runs."""
    return Quality(
        mutation=mutation_score(version),
        outputs=[_output(version, name) for name in version.signature.outputs],
        cases=[
            CaseQuality(
                name=case.name,
                visibility=case.spec.visibility,
                caught=sum(outcome.caught for outcome in case.mistakes.values()),
                needed_for=needed_for(version, case),
                condition=case.condition,
            )
            for case in version.cases
        ],
        mistakes=[_mistake(version, name) for name in version.mistakes],
    )


def needed_for(version: Version, case: FrozenCase) -> list[str]:
    """The mistakes that this case catches and fewer than two of the version's other cases do."""
    return [
        name
        for name, outcome in case.mistakes.items()
        if outcome.caught and sum(one.mistakes[name].caught for one in version.cases) <= 2
    ]


def _mistake(version: Version, name: str) -> MistakeQuality:
    known = version.mistakes[name]
    outcomes = [case.mistakes[name] for case in version.cases]
    return MistakeQuality(
        name=name,
        message=known.message,
        outputs=list(known.outputs),
        observable=known.observable,
        caught_by=sum(outcome.caught for outcome in outcomes),
        margins=[
            Margin(
                caught=outcome.caught,
                margin=_finite(max(outcome.margins.values(), default=0.0)),
                outputs=list(outcome.shows),
            )
            for outcome in outcomes
        ],
    )


def _output(version: Version, name: str) -> OutputQuality:
    far = {
        mistake: _largest([case.mistakes[mistake].margins.get(name, 0.0) for case in version.cases])
        for mistake, known in version.mistakes.items()
        if name in known.outputs
    }
    nearest = min(far, key=lambda mistake: far[mistake], default=None)
    return OutputQuality(
        name=name,
        accepted=_largest([case.accepted.get(name, 0.0) for case in version.cases]),
        nearest=nearest,
        distance=None if nearest is None else _finite(far[nearest]),
    )


def _largest(values: Sequence[float]) -> float:
    return max(values, default=0.0)


def _finite(value: float) -> float | None:
    return None if value == inf else value
