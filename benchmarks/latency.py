"""How long one attempt takes on an idle slot."""

import time
from collections.abc import Awaitable, Callable, Sequence

import numpy as np

from benchmarks.findings import Row, row_of
from benchmarks.ways import Cold, Submission, in_process, in_sandbox, rest
from grader.sandbox.job import CaseInput, Limits
from grader.sandbox.pool import SandboxPool

# A cold interpreter costs a tenth of a second and varies little; it is measured less often.
_COLD_SHARE = 5
_COUNTS = (1, 16, 64)  # of cases
_WARMING = 3  # rounds before the first that counts


async def above_in_process(
    submission: Submission, pool: SandboxPool, cold: Sequence[Cold], repeat: int
) -> list[Row]:
    """One submission, each way in turn; the last row is of the differences within each turn."""
    near: list[float] = []
    confined: list[float] = []
    outside: list[list[float]] = [[] for _ in cold]
    for number in range(-_WARMING, repeat):
        await rest(pool)
        sandboxed = await elapsed(lambda: in_sandbox(submission, pool))
        await rest(pool)
        plain = timed(lambda: in_process(submission))
        if number < 0:
            continue
        confined.append(sandboxed)
        near.append(plain)
        if number % _COLD_SHARE == 0:
            for way, samples in zip(cold, outside, strict=True):
                samples.append(timed(lambda way=way: way.run(submission)))  # type: ignore[misc]
    above = [sandboxed - plain for sandboxed, plain in zip(confined, near, strict=True)]
    return [
        row_of(f"{submission.title}, in this process", near),
        *(
            row_of(f"{submission.title}, {way.name}", samples, beside=near)
            for way, samples in zip(cold, outside, strict=True)
        ),
        row_of(f"{submission.title}, sandbox ({pool.tier})", confined, beside=near),
        row_of(f"{submission.title}, sandbox above in-process", above),
    ]


async def per_case(pool: SandboxPool, repeat: int) -> list[Row]:
    """A trivial submission over more and more cases of one tiny input, beside a single case."""
    case = CaseInput((np.zeros(4),), public=True)
    submissions = [
        Submission("tiny", "def same(x):\n    return x\n", "same", [case] * count, Limits())
        for count in _COUNTS
    ]
    samples: list[list[float]] = [[] for _ in _COUNTS]
    for _ in range(repeat):
        for submission, taken in zip(submissions, samples, strict=True):
            await rest(pool)
            taken.append(await elapsed(lambda submission=submission: in_sandbox(submission, pool)))  # type: ignore[misc]
    one, *_, most = samples
    further = [(many - single) / (_COUNTS[-1] - 1) for many, single in zip(most, one, strict=True)]
    return [
        *(
            row_of(f"{submission.title}, sandbox", taken, beside=one)
            for submission, taken in zip(submissions, samples, strict=True)
        ),
        row_of("tiny, each further case", further),
    ]


def timed(action: Callable[[], object]) -> float:
    """Seconds that it takes."""
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


async def elapsed(action: Callable[[], Awaitable[object]]) -> float:
    """Seconds that it takes."""
    started = time.perf_counter()
    await action()
    return time.perf_counter() - started
