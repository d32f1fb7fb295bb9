"""How a report is told: a cause that many cases share once, and cases that ended alike together."""

from collections.abc import Sequence
from dataclasses import dataclass

from grader import wording
from grader.report import CaseResult, Report
from grader.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Group:
    """Cases that ended alike, and what is said of all of them; nothing if the cause says it."""

    verdict: Verdict
    message: str
    cases: Sequence[CaseResult]


@dataclass(frozen=True, slots=True)
class Told:
    """A report in the order in which it is read."""

    cause: str  # one sentence that holds for every failing case; empty if there is none, or a diagnosis
    line: int | None  # of the code, where the cause is
    failing: Sequence[Group]  # what was not run comes last
    passed: Sequence[CaseResult]


def told(report: Report) -> Told:
    failing = [case for case in report.cases if case.verdict is not Verdict.ACCEPTED]
    ran = [case for case in failing if case.verdict not in (Verdict.SKIPPED, Verdict.INTERNAL_ERROR)]
    cause, line = "", None
    if not report.diagnosis and (len(ran) > 1 or report.verdict is Verdict.COMPILE_ERROR):
        cause, line = _cause(ran)
    alike: dict[tuple[Verdict, str], list[CaseResult]] = {}
    for case in failing:
        message = "" if cause and case in ran else case.message
        alike.setdefault((case.verdict, message), []).append(case)
    return Told(
        cause=cause,
        line=line,
        failing=[Group(verdict, message, cases) for (verdict, message), cases in alike.items()],
        passed=[case for case in report.cases if case.verdict is Verdict.ACCEPTED],
    )


def _cause(ran: Sequence[CaseResult]) -> tuple[str, int | None]:
    """The one sentence that all these cases have in common, and the line that it is about; or none."""
    messages = {case.message for case in ran}
    kinds = {case.raised.kind if case.raised else None for case in ran}
    lines = {case.raised.line for case in ran if case.raised and case.raised.line}
    line = next(iter(lines)) if len(lines) == 1 else None
    if len(messages) == 1:
        return messages.pop(), line
    kind = kinds.pop()
    if kinds or kind is None or len(lines) > 1:
        return "", None
    # The same exception: hidden cases tell less of it than public ones, and these may name their own values.
    public = {case.message for case in ran if case.visibility == "public"}
    bare = wording.RAISED_BARE.format(kind=kind, line=wording.LINE.format(line=line) if line else "")
    return public.pop() if len(public) == 1 else bare, line
