"""What of a report is told once, and which cases are told together."""

from collections.abc import Sequence

import pytest

from app.web.telling import told
from grader.report import CaseResult, Diagnosis, Raised, Report
from grader.verdict import Verdict, overall

_WRONG, _ERROR, _LIMIT = Verdict.WRONG_ANSWER, Verdict.RUNTIME_ERROR, Verdict.TIME_LIMIT_EXCEEDED
_HIDDEN = "Your code raised IndexError on this hidden case."


def _case(verdict: Verdict, message: str, kind: str = "", line: int | None = None) -> CaseResult:
    hidden = "hidden" in message
    return CaseResult(
        name="a case",
        visibility="hidden" if hidden else "public",
        weight=1,
        verdict=verdict,
        message=message,
        cpu_seconds=0,
        wall_seconds=0,
        raised=Raised(kind=kind, line=line) if kind else None,
    )


def _report(cases: Sequence[CaseResult], diagnosis: Diagnosis | None = None) -> Report:
    return Report(
        problem="p",
        version="v",
        verdict=overall(case.verdict for case in cases),
        score=0,
        sandbox_tier="full",
        wall_seconds=0,
        diagnosis=diagnosis,
        cases=list(cases),
    )


@pytest.mark.parametrize(
    ("cases", "cause", "line"),
    [
        ([_case(_LIMIT, "Too slow.")] * 2 + [_case(Verdict.SKIPPED, "Not run.")], "Too slow.", None),
        ([_case(_LIMIT, "Too slow."), _case(Verdict.SKIPPED, "Not run.")], "", None),
        ([_case(_WRONG, "It is 1."), _case(_WRONG, "It is 2.")], "", None),
        (
            [_case(_ERROR, "IndexError: 5 (line 2)", "IndexError", 2), _case(_ERROR, _HIDDEN, "IndexError")],
            "IndexError: 5 (line 2)",
            2,
        ),
        (
            [_case(_ERROR, f"IndexError: {i} (line 2)", "IndexError", 2) for i in range(2)]
            + [_case(_ERROR, _HIDDEN, "IndexError")],
            "IndexError (line 2)",
            2,
        ),
        ([_case(_ERROR, f"IndexError (line {i})", "IndexError", i) for i in (1, 2)], "", None),
        ([_case(_ERROR, "IndexError", "IndexError"), _case(_ERROR, _HIDDEN, "KeyError")], "", None),
        ([_case(_ERROR, "IndexError", "IndexError"), _case(_WRONG, "It is 1.")], "", None),
        ([_case(Verdict.COMPILE_ERROR, "SyntaxError", "SyntaxError", 3)], "SyntaxError", 3),
        ([_case(Verdict.INTERNAL_ERROR, "Our fault.")] * 2, "", None),
    ],
)
def test_a_cause_is_one_that_all_cases_share_that_ran(
    cases: list[CaseResult], cause: str, line: int | None
) -> None:
    found = told(_report(cases))
    assert (found.cause, found.line) == (cause, line)


def test_a_diagnosis_is_cause_enough() -> None:
    diagnosis = Diagnosis(kind="mistake", name="m", message="Said.", outputs=[])
    found = told(_report([_case(_WRONG, "Wrong.")] * 2, diagnosis))
    assert found.cause == ""
    assert [(group.message, len(group.cases)) for group in found.failing] == [("Wrong.", 2)]


def test_cases_stand_together_that_ended_alike_and_none_is_lost() -> None:
    cases = [
        _case(Verdict.ACCEPTED, "Right."),
        _case(_WRONG, "It is 1."),
        _case(_WRONG, "Wrong on this hidden case."),
        _case(_ERROR, _HIDDEN, "IndexError"),
        _case(_WRONG, "Wrong on this hidden case."),
        _case(Verdict.ACCEPTED, "Right."),
    ]
    found = told(_report(cases))
    assert [[cases.index(case) for case in group.cases] for group in found.failing] == [[1], [2, 2], [3]]
    assert len(found.passed) == 2
