"""Every problem that ships is fit to be graded by, and the examples come out as the README says."""

from pathlib import Path

import pytest

from grader.check import check
from grader.freeze import freeze
from grader.grade import report_of
from grader.problem import PROBLEMS, load_all
from grader.sandbox.pool import SandboxPool
from grader.verdict import Verdict

pytestmark = pytest.mark.anyio
FOLDERS = sorted(path.parent for path in PROBLEMS.glob("*/problem.toml"))
EXAMPLES = {
    path.stem: path.read_bytes() for path in sorted((Path(PROBLEMS).parent / "examples").glob("*.py"))
}


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def test_nothing_is_left_out() -> None:
    problems, broken = load_all()
    assert not broken
    assert set(problems) == {folder.name for folder in FOLDERS}
    assert "train-rnn-lm" in problems


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
async def test_problem(folder: Path) -> None:
    async with SandboxPool(slots=1) as sandbox:
        found = await check(folder, sandbox)
    assert found.complaints == []
    assert found.quality is not None
    assert found.quality.mutation.score == 1
    assert all(output.accepted < 1 for output in found.quality.outputs)


@pytest.mark.parametrize(
    ("example", "verdict", "diagnosis"),
    [
        ("right", Verdict.ACCEPTED, None),
        ("no_mean", Verdict.WRONG_ANSWER, "no_mean"),
        ("endless_loop", Verdict.TIME_LIMIT_EXCEEDED, None),
    ],
)
async def test_example(example: str, verdict: Verdict, diagnosis: str | None) -> None:
    problem = load_all()[0]["train-rnn-lm"]
    async with SandboxPool(slots=1) as sandbox:
        version = await freeze(problem, problem.cases, sandbox)
        report = await report_of(version, EXAMPLES[example], sandbox)
    assert report.verdict is verdict
    assert (report.diagnosis.name if report.diagnosis else None) == diagnosis


def test_every_example_is_tested() -> None:
    assert set(EXAMPLES) == {"right", "no_mean", "endless_loop"}
