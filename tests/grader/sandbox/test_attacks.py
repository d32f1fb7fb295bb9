"""Every file in attacks/ does what no student should; its docstring says what must come of it.

`ending:` is the case's (`or`: whichever comes first); `error:` the kind of its error, `says:` a part of its
message, `value:` what it returns. `source:` is a source that is made rather than written, `machine:` the one
it is for. Each attack runs against all layers of this machine, against those of
a default container, and against the seccomp allow-list alone.

`public:` and `hidden:` list the arguments of cases, where one public case without any is not enough. Then
`ending:` has one for each case, with commas between, `value:` is a list of what each returns, and the error
is the last case's. Whatever is among the arguments of hidden cases must not be told. `attempts:` says how
often the attack is made, with the same end every time.
"""

import ast
import platform
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from grader.sandbox.job import CaseOutcome, Job
from grader.sandbox.pool import SandboxPool
from tests.grader.sandbox.conftest import LIMITS, job

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
    public, hidden = (ast.literal_eval(expected.get(which, "[]")) for which in ("public", "hidden"))
    attacking = attack(source, public or [()], hidden)
    for _ in range(int(expected.get("attempts", "1"))):
        start = time.monotonic()
        outcomes = [outcome async for outcome in pool.run(attacking)]
        assert time.monotonic() - start < LIMITS.wall_seconds + 0.5, "the service is held up"
        as_stated(expected, outcomes)
        for outcome in outcomes[len(outcomes) - len(hidden) :]:
            nothing_told(outcome, [str(argument) for arguments in hidden for argument in arguments])
        assert await answers(pool), "the next student's job"


def as_stated(expected: dict[str, str], outcomes: Sequence[CaseOutcome]) -> None:
    for outcome, ending in zip(outcomes, expected["ending"].split(", "), strict=True):
        assert outcome.ending in ending.split(" or "), outcome
        assert len(outcome.printed or "") <= LIMITS.printed_bytes
    error = outcomes[-1].error
    if "error" in expected:
        assert error is not None
        assert expected["error"] in (error.kind, error.built_in)
    if "says" in expected:
        assert error is not None
        assert expected["says"] in error.message
    if "value" in expected:
        values = [outcome.value for outcome in outcomes]
        assert (values if len(values) > 1 else values[0]) == ast.literal_eval(expected["value"])


def nothing_told(outcome: CaseOutcome, secrets: Sequence[str]) -> None:
    """Of a hidden case: no print, no place in the code, no secret. Its times, which differ, are left out."""
    assert outcome.printed is None
    assert outcome.error is None or outcome.error.line is outcome.error.column is None
    told = repr(replace(outcome, cpu_seconds=0.0, wall_seconds=0.0))
    assert not [secret for secret in secrets if secret in told]


async def answers(pool: SandboxPool) -> Any:
    outcomes = [outcome async for outcome in pool.run(attack("def attack():\n    return 'well'", [()]))]
    return [outcome.value for outcome in outcomes] == ["well"]


def attack(source: str, public: Sequence[Any], hidden: Sequence[Any] = ()) -> Job:
    modules, entry = {"student": source}, "student.attack"
    return job(source, public, hidden, modules=modules, entry=entry)
