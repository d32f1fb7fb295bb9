"""From endings to verdicts, and what grading does when the sandbox, or its listener, goes away."""

import asyncio
from collections.abc import AsyncGenerator

import pytest

from grader.grade import grade, report_of
from grader.judge import judge
from grader.report import CaseResult
from grader.sandbox.job import CaseOutcome, Ending, Job, StudentError
from grader.verdict import Verdict
from grader.version import Version
from tests.grader.fake_sandbox import InProcess

VERDICTS = {
    Ending.RETURNED: Verdict.WRONG_ANSWER,
    Ending.RAISED: Verdict.RUNTIME_ERROR,
    Ending.UNUSABLE_VALUE: Verdict.WRONG_ANSWER,
    Ending.NOT_COMPILED: Verdict.COMPILE_ERROR,
    Ending.DIED: Verdict.RUNTIME_ERROR,
    Ending.TIME_LIMIT: Verdict.TIME_LIMIT_EXCEEDED,
    Ending.MEMORY_LIMIT: Verdict.MEMORY_LIMIT_EXCEEDED,
    Ending.OUTPUT_LIMIT: Verdict.OUTPUT_LIMIT_EXCEEDED,
    Ending.SKIPPED: Verdict.SKIPPED,
    Ending.OUR_FAULT: Verdict.INTERNAL_ERROR,
}
ERRORS = [
    None,
    StudentError("ValueError"),
    StudentError("ValueError", "bad {braces}", 3),
    StudentError("SyntaxError", "never closed", 3, 7),
]


@pytest.mark.parametrize("ending", Ending)
@pytest.mark.parametrize("error", ERRORS, ids=["no error", "bare", "with line", "with column"])
def test_every_ending_has_its_verdict_and_a_sentence(
    version: Version, ending: Ending, error: StudentError | None
) -> None:
    for case in (version.cases[1], version.cases[-1]):
        outcome = CaseOutcome(0, ending, error=error, printed="something", cpu_seconds=0.5, wall_seconds=0.7)
        result = judge(version, case, outcome)
        assert result.verdict is VERDICTS[ending]
        assert result.message.endswith((".", ")", "?", "never closed", "{braces}", "ValueError", "exception"))
        assert "{output}" not in result.message
        assert (result.stdout == "something") == case.public
        assert (result.cpu_seconds, result.wall_seconds) == (0.5, 0.7)
        unhappy = result.verdict is not Verdict.SKIPPED
        assert result.hint == (case.spec.hint if unhappy else None)


class _Stopping(InProcess):
    """A sandbox that ends before its job does, and notes when it is told to stop."""

    closed = False

    async def run(self, job: Job) -> AsyncGenerator[CaseOutcome, None]:
        try:
            yield CaseOutcome(0, Ending.RETURNED)
            yield CaseOutcome(1, Ending.RETURNED)
        finally:
            self.closed = True


def test_a_case_without_an_outcome_is_our_fault(version: Version) -> None:
    report = asyncio.run(report_of(version, "x = 1\n", _Stopping()))
    assert report.verdict is Verdict.INTERNAL_ERROR
    assert len(report.cases) == len(version.cases)
    assert {case.verdict for case in report.cases[2:]} == {Verdict.INTERNAL_ERROR}


def test_who_stops_listening_stops_the_sandbox(version: Version) -> None:
    async def listen_once(sandbox: _Stopping) -> None:
        grading = grade(version, "x = 1\n", sandbox)
        assert isinstance(await anext(grading), CaseResult)
        await grading.aclose()

    sandbox = _Stopping()
    asyncio.run(listen_once(sandbox))
    assert sandbox.closed


@pytest.mark.parametrize(
    ("source", "says"),
    [
        (b"def train_step(*a):\n    return '\xff'\n", "byte 32 cannot be read"),
        (b"\n\n\x00", "NUL byte on line 3"),
        (b"#" * 65_537, "65537 bytes long, and 65536 are allowed"),
        ("\udc80", "not UTF-8"),
    ],
)
def test_what_no_compiler_needs_to_see(version: Version, source: bytes | str, says: str) -> None:
    class Untouched(InProcess):
        async def run(self, job: Job) -> AsyncGenerator[CaseOutcome, None]:
            raise AssertionError("the sandbox was asked")
            yield

    report = asyncio.run(report_of(version, source, Untouched()))
    assert report.verdict is Verdict.COMPILE_ERROR
    assert report.score == 0
    assert {case.verdict for case in report.cases} == {Verdict.COMPILE_ERROR}
    assert all(says in case.message for case in report.cases)
