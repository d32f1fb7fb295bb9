"""What the sandbox costs: time above a plain call, attempts per second, time per case, memory.

Everything is measured in one run of one pool. What is compared takes turns, so that a machine whose speed
drifts treats all alike. The sandbox is handed a source and inputs and knows no problems: how many are
installed cannot matter to it.
"""

import asyncio
import gc
from collections.abc import Sequence

from benchmarks.findings import Effort, Findings, Row
from benchmarks.latency import above_in_process, per_case
from benchmarks.memory import memory
from benchmarks.sustained import sustained
from benchmarks.ways import COLD_WAYS, flagship
from grader.sandbox.pool import SandboxPool

_REPEAT = 100


def run(effort: Effort) -> Findings:
    """Time a trivial and a real submission over all the flagship's cases, one by one and in masses.

    And the real one over larger inputs, one by one.
    """
    # A child's collector leaves alone what was there before its job; so must the plain call's.
    gc.collect()
    gc.freeze()
    try:
        return asyncio.run(_measure(effort.repeat or _REPEAT, effort.seconds))
    finally:
        gc.unfreeze()


async def _measure(repeat: int, seconds: float) -> Findings:
    notes = {way: way.missing() for way in COLD_WAYS}
    cold = [way for way, note in notes.items() if note is None]
    rows: list[Row] = []
    async with SandboxPool() as pool:
        trivial, real, large = await flagship(pool)
        for submission in (trivial, real, large):
            rows += await above_in_process(submission, pool, cold, repeat)
        rows += await per_case(pool, repeat)
        for submission in (trivial, real):
            rows += await sustained(submission, pool, repeat, seconds)
        used, unreadable = await memory(pool)
    told: Sequence[str | None] = (*notes.values(), unreadable)
    return Findings([*rows, *used], [note for note in told if note is not None])
