"""Grading: run the code on frozen cases, judge each outcome, and at the end say what explains it."""

import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import replace

from grader import wording
from grader.compare import passes
from grader.diagnosis import Judged, diagnose, explains, may_be_explained, state_kept
from grader.judge import judge
from grader.report import CaseResult, Diagnosis, Report
from grader.sandbox.job import CaseOutcome, Ending, Job, Sandbox, StudentError
from grader.verdict import Verdict, overall
from grader.version import FrozenCase, Version

MAX_SOURCE_BYTES = 64 * 1024

#: What grading tells while it goes on: a result as each case ends, and the report last of all.
Progress = CaseResult | Report


async def grade(
    version: Version, source: str | bytes, sandbox: Sandbox, *, public_only: bool = False
) -> AsyncGenerator[Progress, None]:
    """Yield a CaseResult as each case ends, and last the Report. Raises nothing for what the code did."""
    started = time.perf_counter()
    cases = [case for case in version.cases if case.public or not public_only]
    judged: list[Judged] = []
    results: list[CaseResult] = []
    async for outcome in _outcomes(version, cases, source, sandbox):
        case = cases[outcome.index]
        result = judge(version, case, outcome)
        judged.append(Judged(case, outcome, result.verdict is Verdict.ACCEPTED))
        results.append(result)
        yield result
    yield Report(
        problem=version.problem,
        version=version.id,
        verdict=overall(result.verdict for result in results),
        score=_score(results),
        sandbox_tier=sandbox.tier,
        wall_seconds=time.perf_counter() - started,
        diagnosis=await _diagnosis(version, judged, source, sandbox),
        cases=results,
    )


async def report_of(
    version: Version, source: str | bytes, sandbox: Sandbox, *, public_only: bool = False
) -> Report:
    """The report alone, for who does not want to watch."""
    async for progress in grade(version, source, sandbox, public_only=public_only):
        if isinstance(progress, Report):
            return progress
    raise AssertionError("grade always ends with a report")


async def _diagnosis(
    version: Version, judged: Sequence[Judged], source: str | bytes, sandbox: Sandbox
) -> Diagnosis | None:
    """What explains the failing cases; when nothing does, whether they pass once each has its own child."""
    found = diagnose(version, judged)
    failing = [one for one in judged if not one.passed]
    # The first case ran in a fresh child already, so one that failed there fails by itself.
    suspicious = failing and judged[0].passed and not version.fresh_child_per_case
    if explains(found) or not suspicious or not all(may_be_explained(one) for one in failing):
        return found
    alone = replace(version, fresh_child_per_case=True)
    cases = [one.case for one in failing]
    async with aclosing(_outcomes(alone, cases, source, sandbox)) as outcomes:
        async for outcome in outcomes:
            if not passes(cases[outcome.index], version.signature, outcome):
                return found
    return state_kept(found.outputs if found else list(version.signature.outputs))


async def _outcomes(
    version: Version, cases: Sequence[FrozenCase], source: str | bytes, sandbox: Sandbox
) -> AsyncGenerator[CaseOutcome, None]:
    """One outcome for each case, whatever happens."""
    text, complaint = _readable(source)
    if complaint:
        for index in range(len(cases)):
            yield CaseOutcome(index, Ending.NOT_COMPILED, error=StudentError("", complaint))
        return
    job = Job(
        modules={"submission": text},
        entry=f"submission.{version.entry_point}",
        cases=[case.input for case in cases],
        limits=version.limits,
        fresh_child_per_case=version.fresh_child_per_case,
    )
    running = sandbox.run(job)
    done = 0
    try:
        async for outcome in running:
            done = outcome.index + 1
            yield outcome
    finally:
        # Whoever stops listening wants the child gone now, not when Python tidies up.
        if isinstance(running, AsyncGenerator):
            await running.aclose()
    for index in range(done, len(cases)):
        yield CaseOutcome(index, Ending.OUR_FAULT)


def _readable(source: str | bytes) -> tuple[str, str]:
    """The text of a source, or why no compiler needs to see it."""
    try:
        data = source.encode() if isinstance(source, str) else source
        text = data.decode()
    except UnicodeError as wrong:
        return "", wording.NOT_UTF8.format(position=getattr(wrong, "start", 0))
    if len(data) > MAX_SOURCE_BYTES:
        return "", wording.TOO_LONG.format(size=len(data), limit=MAX_SOURCE_BYTES)
    if "\x00" in text:
        return "", wording.NUL_BYTE.format(line=text[: text.index("\x00")].count("\n") + 1)
    return text, ""


def _score(results: Sequence[CaseResult]) -> float:
    total = sum(result.weight for result in results)
    if not total:
        return float(all(result.verdict is Verdict.ACCEPTED for result in results))
    return sum(result.weight for result in results if result.verdict is Verdict.ACCEPTED) / total
