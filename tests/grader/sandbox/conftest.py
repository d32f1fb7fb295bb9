"""One real pool for all tests here, on one event loop, and jobs made short."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from typing import Any, cast

import pytest

from grader.sandbox.job import CaseInput, CaseOutcome, Job, Limits
from grader.sandbox.pool import SandboxPool
from grader.sandbox.tiers import probe

LIMITS = Limits(cpu_seconds=0.3, memory_mb=64, returned_bytes=2**20, printed_bytes=2**14)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
async def full() -> AsyncIterator[SandboxPool]:
    """Every layer this machine has."""
    async with SandboxPool(2) as pool:
        yield pool


@pytest.fixture(scope="session")
async def strict() -> AsyncIterator[SandboxPool]:
    """What a default container allows."""
    async with SandboxPool(1, facts=probe().lowered("strict")) as pool:
        yield pool


@pytest.fixture(scope="session")
async def seccomp_alone() -> AsyncIterator[SandboxPool]:
    """No uid of its own and no Landlock: the allow-list must suffice."""
    facts = replace(probe().lowered("minimal"), own_uids=False)
    async with SandboxPool(1, facts=facts) as pool:
        yield pool


Run = Callable[..., Any]


@pytest.fixture
def run(full: SandboxPool) -> Run:
    """Outcomes of `solve` in the source, for public and then hidden cases with these arguments."""

    async def run(
        source: str,
        public: Sequence[tuple[Any, ...]] = ((),),
        hidden: Sequence[tuple[Any, ...]] = (),
        **options: Any,
    ) -> list[CaseOutcome]:
        return [outcome async for outcome in full.run(job(source, public, hidden, **options))]

    return run


def job(
    source: str,
    public: Sequence[tuple[Any, ...]] = ((),),
    hidden: Sequence[tuple[Any, ...]] = (),
    **options: Any,
) -> Job:
    cases = [CaseInput(arguments, public=True) for arguments in public]
    cases += [CaseInput(arguments, public=False) for arguments in hidden]
    settings = {"modules": {"solution": source}, "entry": "solution.solve", "limits": LIMITS} | options
    return Job(cases=cases, **cast("Any", settings))
