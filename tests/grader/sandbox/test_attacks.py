"""Every file in attacks/ does what no student should; its docstring says what must come of it.

`ending:` is the case's (`or`: whichever comes first); `error:` the kind of its error, `says:` a part of its
message, `value:` what it returns. `source:` is a source that is made rather than written, `machine:` the one
it is for. Each attack runs against all layers of this machine, against those of
a default container, and against the seccomp allow-list alone.
"""

import ast
import platform
from pathlib import Path
from typing import Any

import pytest

from grader.sandbox.job import CaseInput, Job
from grader.sandbox.pool import SandboxPool
from tests.grader.sandbox.conftest import LIMITS

ATTACKS = {file.stem: file.read_text() for file in sorted((Path(__file__).parent / "attacks").glob("*.py"))}
pytestmark = pytest.mark.anyio


def header(source: str) -> dict[str, str]:
    lines = (ast.get_docstring(ast.parse(source)) or "").splitlines()
    return dict(line.split(": ", 1) for line in lines[2:])


@pytest.mark.parametrize("layers", ["full", "strict", "seccomp_alone"])
@pytest.mark.parametrize("name", ATTACKS)
async def test_attack(
    name: str, layers: str, full: SandboxPool, strict: SandboxPool, seccomp_alone: SandboxPool
) -> None:
    expected = header(ATTACKS[name])
    if expected.get("machine", platform.machine()) != platform.machine():
        pytest.skip(f"for {expected['machine']} only")
    source = eval(expected["source"]) if "source" in expected else ATTACKS[name]
    pool = {"full": full, "strict": strict, "seccomp_alone": seccomp_alone}[layers]
    (outcome,) = [outcome async for outcome in pool.run(attack(source))]
    assert outcome.ending in expected["ending"].split(" or "), outcome
    if "error" in expected:
        assert outcome.error is not None
        assert expected["error"] in (outcome.error.kind, outcome.error.built_in)
    if "says" in expected:
        assert outcome.error is not None
        assert expected["says"] in outcome.error.message
    if "value" in expected:
        assert outcome.value == ast.literal_eval(expected["value"])
    assert await answers(pool), "the next student's job"


async def answers(pool: SandboxPool) -> Any:
    outcomes = [outcome async for outcome in pool.run(attack("def attack():\n    return 'well'"))]
    return [outcome.value for outcome in outcomes] == ["well"]


def attack(source: str) -> Job:
    return Job({"student": source}, "student.attack", [CaseInput((), public=True)], LIMITS)
