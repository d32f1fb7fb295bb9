"""Whole submissions through the real sandbox; the head of each file says what should come of it.

`# verdict:` is the attempt's; `# says:` a part of the first unhappy case's message; `# diagnosis:` the name
of what explains it, or none.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from grader.grade import MAX_SOURCE_BYTES, grade, report_of
from grader.problem import PROBLEMS, load_problem
from grader.report import CaseResult, Report
from grader.sandbox.pool import SandboxPool
from grader.verdict import Verdict
from grader.version import Version

FOLDER = Path(__file__).parent / "submissions"
SOURCES = {file.stem: file.read_bytes() for file in sorted(FOLDER.iterdir()) if file.is_file()}
VARIANTS = load_problem(PROBLEMS / "train-rnn-lm").variants
pytestmark = pytest.mark.anyio


def expected(source: bytes) -> dict[str, str]:
    head = source.decode("latin-1")
    return dict(re.findall(r"^# (verdict|says|diagnosis): (.+)$", head, re.MULTILINE))


def test_there_is_a_file_for_every_verdict() -> None:
    verdicts = {expected(source)["verdict"] for source in SOURCES.values()}
    assert verdicts == set(Verdict) - {Verdict.ACCEPTED, Verdict.SKIPPED, Verdict.INTERNAL_ERROR}
    assert len(SOURCES) >= 20


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES.keys())
async def test_submission(source: bytes, version: Version) -> None:
    async with SandboxPool(slots=1) as sandbox:
        report = await report_of(version, source, sandbox)
    wanted = expected(source)
    unhappy = [case for case in report.cases if case.verdict is not Verdict.ACCEPTED]
    assert report.verdict == wanted["verdict"], unhappy[:1]
    if "says" in wanted:
        assert wanted["says"] in unhappy[0].message
    if "diagnosis" in wanted:
        name = report.diagnosis.name if report.diagnosis else "none"
        assert name == wanted["diagnosis"]
    check_report(report, version)


@pytest.mark.parametrize("source", VARIANTS.values(), ids=VARIANTS.keys())
async def test_right_code_is_accepted_however_it_is_written(source: str, version: Version) -> None:
    async with SandboxPool(slots=1) as sandbox:
        report = await report_of(version, source, sandbox)
    assert report.verdict is Verdict.ACCEPTED, [case for case in report.cases if case.message != "Right."][:1]
    check_report(report, version)


def check_report(report: Report, version: Version) -> None:
    """What holds of every report, whatever was handed in."""
    assert [case.name for case in report.cases] == [case.name for case in version.cases]
    assert Report.model_validate_json(report.model_dump_json()) == report
    weights = {True: 0.0, False: 0.0}
    for case in report.cases:
        weights[case.verdict is Verdict.ACCEPTED] += case.weight
        if case.visibility == "hidden":
            assert case.error is None
            assert case.stdout is None
    assert report.score == pytest.approx(weights[True] / sum(weights.values()))
    assert (report.verdict is Verdict.ACCEPTED) == (report.score == 1.0 and report.diagnosis is None)
    told = " ".join(case.message for case in report.cases if case.visibility == "hidden")
    assert not set(numbers_in(told)) & set(hidden_numbers(version))


def numbers_in(text: str) -> Iterator[str]:
    yield from re.findall(r"-?\d+\.\d{3,}", text)


def hidden_numbers(version: Version) -> Iterator[str]:
    for case in version.cases:
        if not case.public:
            for value in (*case.arguments, case.expected):
                for number in np.ravel(np.asarray(value)).tolist():
                    yield from (f"{number}", f"{number:.6g}", f"{number:.3f}")


async def test_results_arrive_one_by_one_and_the_report_last(version: Version) -> None:
    async with SandboxPool(slots=1) as sandbox:
        told = [progress async for progress in grade(version, VARIANTS["loops"], sandbox)]
    *results, report = told
    assert isinstance(report, Report)
    assert report.cases == results
    assert all(isinstance(result, CaseResult) for result in results)
    assert report.sandbox_tier == sandbox.tier


async def test_public_cases_alone(version: Version) -> None:
    async with SandboxPool(slots=1) as sandbox:
        report = await report_of(version, SOURCES["unstable_softmax"], sandbox, public_only=True)
    assert report.verdict is Verdict.ACCEPTED
    assert {case.visibility for case in report.cases} == {"public"}


async def test_a_file_that_is_too_long_needs_no_compiler(version: Version) -> None:
    async with SandboxPool(slots=1) as sandbox:
        report = await report_of(version, b"#" * (MAX_SOURCE_BYTES + 1), sandbox)
        exact = await report_of(version, b"#" * MAX_SOURCE_BYTES, sandbox)
    assert report.verdict is Verdict.COMPILE_ERROR
    assert "65536 are allowed" in report.cases[0].message
    assert "allowed" not in exact.cases[0].message


async def test_every_known_mistake_is_named(version: Version, flagship_mistakes: dict[str, str]) -> None:
    async with SandboxPool(slots=1) as sandbox:
        for name, source in flagship_mistakes.items():
            report = await report_of(version, source, sandbox)
            if not version.mistakes[name].observable:
                assert report.verdict is Verdict.ACCEPTED, name
                continue
            assert report.diagnosis is not None, name
            assert (report.diagnosis.kind, report.diagnosis.name) == ("mistake", name)
            assert report.diagnosis.message == version.mistakes[name].message
