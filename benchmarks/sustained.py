"""What the sandbox bears when every slot is busy all the time."""

import asyncio
import time
from statistics import median

from benchmarks.findings import Row, percentile, row_of
from benchmarks.latency import timed
from benchmarks.ways import Submission, in_plain_processes, in_process, in_sandbox, rest
from grader.sandbox.pool import SandboxPool

_PLAIN_SECONDS = 10.0
_FEW = 100  # attempts, at the start and at the end


async def sustained(submission: Submission, pool: SandboxPool, repeat: int, seconds: float) -> list[Row]:
    """Attempts per second, beside as many plain calls at once as there are slots; and how long each takes.

    The plain call is timed alone, before and after: what a machine gives whose processors do not slow each
    other down. What this one gives to as many plain processes at once is a row of its own. The rate's median
    and p95 are over whole seconds (of a run shorter than two, over all of it), its ratio over the whole time.
    """
    near = [timed(lambda: in_process(submission)) for _ in range(repeat - repeat // 2)]
    await rest(pool)
    started = time.perf_counter()
    ends: list[float] = []
    taken: list[float] = []

    async def occupy_a_slot() -> None:
        begun = time.perf_counter()
        while begun < started + seconds:
            await in_sandbox(submission, pool)
            ended = time.perf_counter()
            taken.append(ended - begun)
            ends.append(ended - started)
            begun = ended

    await asyncio.gather(*(occupy_a_slot() for _ in range(pool.slots)))
    await rest(pool)
    near += [timed(lambda: in_process(submission)) for _ in range(repeat // 2)]
    plain = in_plain_processes(submission, pool.slots, min(seconds, _PLAIN_SECONDS))
    possible = pool.slots / median(near)
    title = f"{submission.title}, {pool.slots} slots busy"
    few = min(_FEW, len(taken) // 2)
    return [
        _rate(f"{title}, attempts", ends, possible),
        Row(f"{title}, attempts in plain processes", "per s", plain, plain, plain / possible),
        row_of(f"{title}, each", taken, beside=near),
        row_of(f"{title}, the last {few}", taken[-few:], beside=taken[:few]),
    ]


def _rate(name: str, ends: list[float], possible: float) -> Row:
    """`ends`: seconds after the start, in order; `possible`: attempts per second."""
    last = ends[-1]
    whole = max(int(last), 1)
    width = last / whole
    counts = [0] * whole
    for end in ends:
        counts[min(int(end / width), whole - 1)] += 1
    rates = [count / width for count in counts]
    return Row(name, "per s", median(rates), percentile(rates, 0.05), len(ends) / last / possible)
