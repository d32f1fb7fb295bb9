"""How long it takes to freeze a problem, on one core, and to find it frozen."""

import asyncio
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.findings import Effort, Findings, Row, row_of
from grader.freeze import frozen
from grader.problem import Problem, load_all
from grader.sandbox.pool import SandboxPool
from grader.version import FrozenCache

_REPEAT = 7


def run(effort: Effort) -> Findings:
    """Freeze every problem with the cases of its folder: reference, perturbations, variants and mistakes."""
    with _one_core():
        return Findings(asyncio.run(_measure(list(load_all()[0].values()), effort.repeat or _REPEAT)))


@contextmanager
def _one_core() -> Iterator[None]:
    """Keep this process, and all that it starts, to one processor."""
    every = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(every)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, every)


async def _measure(problems: Sequence[Problem], repeat: int) -> list[Row]:
    rows: list[Row] = []
    async with SandboxPool(slots=1) as pool:
        for problem in problems:
            anew: list[float] = []
            again: list[float] = []
            for _ in range(repeat):
                with TemporaryDirectory() as folder:
                    cache = FrozenCache(Path(folder))
                    for samples in (anew, again):
                        started = time.perf_counter()
                        await frozen(problem, pool, cache)
                        samples.append(time.perf_counter() - started)
            runs = f"{len(problem.cases)} cases, {len(problem.mistakes)} mistakes"
            rows.append(row_of(f"{problem.slug} ({runs}), frozen on one core", anew))
            rows.append(row_of(f"{problem.slug}, found frozen", again, beside=anew))
    return rows
