"""From how a call ended to what a student reads: the verdict table."""

from grader import wording
from grader.compare import compare, raised_as_expected
from grader.report import ArrayError, CaseResult
from grader.sandbox.job import CaseOutcome, Ending, Limits
from grader.verdict import Verdict
from grader.version import FrozenCase, Version

_Judgement = tuple[Verdict, str, ArrayError | None]


def judge(version: Version, case: FrozenCase, outcome: CaseOutcome) -> CaseResult:
    """One case's result. On hidden cases it holds neither numbers nor what the code printed."""
    verdict, message, error = _judgement(version, case, outcome)
    return CaseResult(
        name=case.name,
        visibility=case.spec.visibility,
        weight=case.weight,
        verdict=verdict,
        message=message,
        hint=None if verdict in (Verdict.ACCEPTED, Verdict.SKIPPED) else case.spec.hint,
        cpu_seconds=outcome.cpu_seconds,
        wall_seconds=outcome.wall_seconds,
        error=error if case.public else None,
        stdout=outcome.printed if case.public else None,
    )


def _judgement(version: Version, case: FrozenCase, outcome: CaseOutcome) -> _Judgement:
    match outcome.ending:
        case Ending.RETURNED:
            return _returned(version, case, outcome)
        case Ending.RAISED:
            return _raised(case, outcome)
        case Ending.UNUSABLE_VALUE:
            said = outcome.error.message if outcome.error else ""
            return Verdict.WRONG_ANSWER, said or wording.UNUSABLE_VALUE, None
        case Ending.NOT_COMPILED:
            return Verdict.COMPILE_ERROR, _not_compiled(outcome), None
        case Ending.DIED:
            return Verdict.RUNTIME_ERROR, wording.DIED, None
        case Ending.TIME_LIMIT | Ending.MEMORY_LIMIT | Ending.OUTPUT_LIMIT:
            return _LIMIT_VERDICTS[outcome.ending], _limit(outcome.ending, version.limits), None
        case Ending.SKIPPED:
            return Verdict.SKIPPED, wording.SKIPPED, None
        case Ending.OUR_FAULT:
            return Verdict.INTERNAL_ERROR, wording.OUR_FAULT, None


_LIMIT_VERDICTS = {
    Ending.TIME_LIMIT: Verdict.TIME_LIMIT_EXCEEDED,
    Ending.MEMORY_LIMIT: Verdict.MEMORY_LIMIT_EXCEEDED,
    Ending.OUTPUT_LIMIT: Verdict.OUTPUT_LIMIT_EXCEEDED,
}


def _limit(ending: Ending, limits: Limits) -> str:
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
        return Verdict.WRONG_ANSWER, wording.SHOULD_RAISE.format(wanted=" or ".join(case.spec.raises)), None
    mismatches = compare(case, version.signature, outcome.value)
    if not mismatches:
        return Verdict.ACCEPTED, wording.ACCEPTED, None
    first, *others = mismatches
    message = first.message
    if others:
        names = dict.fromkeys(other.output for other in others[:10])
        message += wording.ALSO_WRONG.format(outputs=", ".join(names))
    return Verdict.WRONG_ANSWER, message, first.error


def _raised(case: FrozenCase, outcome: CaseOutcome) -> _Judgement:
    error = outcome.error
    kind = error.kind if error else "an exception"
    if case.spec.raises:
        wanted = " or ".join(case.spec.raises)
        if raised_as_expected(outcome, case.spec.raises):
            return Verdict.ACCEPTED, wording.RAISED_AS_EXPECTED.format(kind=wanted), None
        return Verdict.RUNTIME_ERROR, wording.SHOULD_RAISE_OTHER.format(wanted=wanted, kind=kind), None
    line = wording.LINE.format(line=error.line) if error and error.line else ""
    if kind == "SystemExit":
        return Verdict.RUNTIME_ERROR, wording.EXITED.format(line=line), None
    if not case.public:
        return Verdict.RUNTIME_ERROR, wording.RAISED_HIDDEN.format(kind=kind, line=line), None
    if error and error.message:
        return Verdict.RUNTIME_ERROR, wording.RAISED.format(kind=kind, text=error.message, line=line), None
    return Verdict.RUNTIME_ERROR, wording.RAISED_BARE.format(kind=kind, line=line), None


def _not_compiled(outcome: CaseOutcome) -> str:
    error = outcome.error
    if error is None:
        return wording.NOT_COMPILED_BARE
    if error.line:
        return wording.SYNTAX_ERROR.format(
            kind=error.kind, line=error.line, column=error.column or 1, text=error.message
        )
    return error.message or wording.NOT_COMPILED_BARE
