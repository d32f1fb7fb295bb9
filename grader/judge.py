"""From how a call ended to what a student reads: the verdict table."""

from collections.abc import Sequence
from dataclasses import dataclass

from grader import wording
from grader.compare import Mismatch, compare, raised_as_expected
from grader.differences import difference
from grader.outputs import updated_input
from grader.report import CaseResult, Difference, Raised, Returned
from grader.returned import returned
from grader.sandbox.job import CaseOutcome, Ending, Limits
from grader.verdict import Verdict
from grader.version import FrozenCase, Version

_MOST_DIFFERENCES = 8


@dataclass(frozen=True, slots=True)
class _Judgement:
    verdict: Verdict
    message: str
    mismatches: Sequence[Mismatch] = ()


def judge(version: Version, case: FrozenCase, outcome: CaseOutcome) -> CaseResult:
    """One case's result. On hidden cases it holds neither numbers nor what the code printed."""
    judged = _judgement(version, case, outcome)
    verdict = judged.verdict
    differences = _differences(version, case, judged.mismatches) if case.public else []
    return CaseResult(
        name=case.name,
        visibility=case.spec.visibility,
        weight=case.weight,
        verdict=verdict,
        message=judged.message,
        hint=None if verdict in (Verdict.ACCEPTED, Verdict.SKIPPED) else case.spec.hint,
        cpu_seconds=outcome.cpu_seconds,
        wall_seconds=outcome.wall_seconds,
        error=judged.mismatches[0].error if case.public and judged.mismatches else None,
        stdout=outcome.printed if case.public else None,
        differences=differences,
        raised=None if verdict is Verdict.ACCEPTED else _stopped_by(outcome),
        returned=_returned_of(version, outcome, differences) if case.public else [],
    )


def _stopped_by(outcome: CaseOutcome) -> Raised | None:
    error = outcome.error
    if error is None or not error.kind or outcome.ending not in (Ending.RAISED, Ending.NOT_COMPILED):
        return None
    return Raised(kind=error.kind, line=error.line)


def _returned_of(version: Version, outcome: CaseOutcome, differences: Sequence[Difference]) -> list[Returned]:
    if outcome.ending is not Ending.RETURNED:
        return []
    return returned(version.signature.outputs, outcome.value, {one.output for one in differences})


def _differences(version: Version, case: FrozenCase, mismatches: Sequence[Mismatch]) -> list[Difference]:
    found: list[Difference] = []
    for mismatch in mismatches:
        if mismatch.measured and len(found) < _MOST_DIFFERENCES:
            before = updated_input(version.signature, mismatch.output, case.inputs)
            drawn_as = None if before is None else before.shape
            found.append(difference(mismatch.output, mismatch.measured, drawn_as))
    return found


def _judgement(version: Version, case: FrozenCase, outcome: CaseOutcome) -> _Judgement:
    match outcome.ending:
        case Ending.RETURNED:
            return _returned(version, case, outcome)
        case Ending.RAISED:
            return _raised(case, outcome)
        case Ending.UNUSABLE_VALUE:
            said = outcome.error.message if outcome.error else ""
            return _Judgement(Verdict.WRONG_ANSWER, said or wording.UNUSABLE_VALUE)
        case Ending.NOT_COMPILED:
            return _Judgement(Verdict.COMPILE_ERROR, not_compiled(outcome))
        case Ending.DIED:
            return _Judgement(Verdict.RUNTIME_ERROR, wording.DIED)
        case Ending.TIME_LIMIT | Ending.MEMORY_LIMIT | Ending.OUTPUT_LIMIT:
            return _Judgement(_LIMIT_VERDICTS[outcome.ending], beyond(outcome.ending, version.limits))
        case Ending.SKIPPED:
            return _Judgement(Verdict.SKIPPED, wording.SKIPPED)
        case Ending.OUR_FAULT:
            return _Judgement(Verdict.INTERNAL_ERROR, wording.OUR_FAULT)


_LIMIT_VERDICTS = {
    Ending.TIME_LIMIT: Verdict.TIME_LIMIT_EXCEEDED,
    Ending.MEMORY_LIMIT: Verdict.MEMORY_LIMIT_EXCEEDED,
    Ending.OUTPUT_LIMIT: Verdict.OUTPUT_LIMIT_EXCEEDED,
}


def beyond(ending: Ending, limits: Limits) -> str:
    """What a student reads who met a limit."""
    sentences = {
        Ending.TIME_LIMIT: wording.TIME_LIMIT,
        Ending.MEMORY_LIMIT: wording.MEMORY_LIMIT,
        Ending.OUTPUT_LIMIT: wording.OUTPUT_LIMIT,
    }
    return sentences[ending].format(
        seconds=limits.cpu_seconds,
        wall=limits.wall_seconds,
        megabytes=limits.memory_mb,
        returned=limits.returned_bytes // 2**20,
        printed=limits.printed_bytes // 2**10,
    )


def _returned(version: Version, case: FrozenCase, outcome: CaseOutcome) -> _Judgement:
    if case.spec.raises:
        return _Judgement(
            Verdict.WRONG_ANSWER, wording.SHOULD_RAISE.format(wanted=" or ".join(case.spec.raises))
        )
    mismatches = compare(case, version.signature, outcome.value)
    if not mismatches:
        return _Judgement(Verdict.ACCEPTED, wording.ACCEPTED)
    first, *others = mismatches
    message = first.message
    if others:
        names = dict.fromkeys(other.output for other in others[:10])
        message += wording.ALSO_WRONG.format(outputs=", ".join(names))
    return _Judgement(Verdict.WRONG_ANSWER, message, mismatches)


def _raised(case: FrozenCase, outcome: CaseOutcome) -> _Judgement:
    error = outcome.error
    kind = error.kind if error else "an exception"
    if case.spec.raises:
        wanted = " or ".join(case.spec.raises)
        if raised_as_expected(outcome, case.spec.raises):
            return _Judgement(Verdict.ACCEPTED, wording.RAISED_AS_EXPECTED.format(kind=wanted))
        return _Judgement(Verdict.RUNTIME_ERROR, wording.SHOULD_RAISE_OTHER.format(wanted=wanted, kind=kind))
    line = wording.LINE.format(line=error.line) if error and error.line else ""
    if kind == "SystemExit":
        return _Judgement(Verdict.RUNTIME_ERROR, wording.EXITED.format(line=line))
    if not case.public:
        return _Judgement(Verdict.RUNTIME_ERROR, wording.RAISED_HIDDEN.format(kind=kind, line=line))
    if error and error.message:
        return _Judgement(
            Verdict.RUNTIME_ERROR, wording.RAISED.format(kind=kind, text=error.message, line=line)
        )
    return _Judgement(Verdict.RUNTIME_ERROR, wording.RAISED_BARE.format(kind=kind, line=line))


def not_compiled(outcome: CaseOutcome) -> str:
    """What a student reads whose code Python could not compile."""
    error = outcome.error
    if error is None:
        return wording.NOT_COMPILED_BARE
    if error.line:
        return wording.SYNTAX_ERROR.format(
            kind=error.kind, line=error.line, column=error.column or 1, text=error.message
        )
    return error.message or wording.NOT_COMPILED_BARE
