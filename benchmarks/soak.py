"""Thousands of attempts, a fifth of them hostile: that each ends as it must, and that nothing grows.

The attempts come in rounds, each over all slots at once; after a round everything comes to rest and is
counted. The first fifth of the rounds warms up. Of the others the most that was there in the last tenth is
held against the most in the first: by its margin and no more may it have grown.
"""

import asyncio
import math
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from benchmarks.census import LAWS, Census, Law, take_census
from benchmarks.findings import Effort, Findings, Row, percentile, row_of
from benchmarks.hostile import Kind, drawn
from benchmarks.ways import rest
from grader.sandbox.pool import SandboxPool

_ATTEMPTS = 10_000
_ROUNDS = 50


def run(effort: Effort) -> Findings:
    """Hand in as many attempts as it says, and find out what grew and which of them ended wrongly."""
    return asyncio.run(_soak(list(drawn(effort.repeat or _ATTEMPTS))))


async def _soak(kinds: Sequence[Kind]) -> Findings:
    record = Record()
    censuses: list[Census] = []
    restless: list[str] = []
    with _own_temporary_folder() as folder:
        async with SandboxPool() as pool:
            for attempts in rounds(kinds):
                await record.hand_in(attempts, pool)
                try:
                    await rest(pool)
                except TimeoutError:
                    restless.append("The pool does not come to rest when nothing is left to do.")
                censuses.append(take_census(folder))
                if restless:
                    break
        after = take_census(folder)
    grown = [sentence for law in LAWS if (sentence := growth(law, [census[law] for census in censuses]))]
    rows = [*record.rows(), *(_row(law, censuses) for law in LAWS)]
    return Findings(rows, broken=[*record.wrong(), *restless, *grown, *left_behind(after)])


class Record:
    """How attempts ended."""

    def __init__(self) -> None:
        self._taken: defaultdict[Kind, list[float]] = defaultdict(list)
        self._wrong: Counter[tuple[Kind, str]] = Counter()

    async def hand_in(self, attempts: Sequence[Kind], pool: SandboxPool) -> None:
        """All of them, as many at a time as there are slots."""
        left = iter(attempts)

        async def occupy_a_slot() -> None:
            for kind in left:
                job = kind.job()
                started = time.perf_counter()
                outcomes = [outcome async for outcome in pool.run(job)]
                self._taken[kind].append(time.perf_counter() - started)
                if not kind.is_right(outcomes, job):
                    self._wrong[kind, ", ".join(outcome.ending for outcome in outcomes)] += 1

        await asyncio.gather(*(occupy_a_slot() for _ in range(pool.slots)))

    def rows(self) -> list[Row]:
        """How long each kind took, and how many verdicts are wrong."""
        wrong = self._wrong.total()
        count = sum(map(len, self._taken.values()))
        return [
            *(row_of(f"code that {kind.name}", taken) for kind, taken in self._taken.items()),
            Row("wrong verdicts", f"of {count}", wrong, wrong, None),
        ]

    def wrong(self) -> list[str]:
        """One sentence for each way in which attempts ended as they must not."""
        return [
            f"Code that {kind.name} must end as {kind.ending}; {count} of {len(self._taken[kind])} times it "
            f"came out as: {endings}."
            for (kind, endings), count in self._wrong.items()
        ]


def rounds(kinds: Sequence[Kind]) -> Iterator[Sequence[Kind]]:
    """All of them in order, in rounds of about the same size, none of them empty."""
    count = min(_ROUNDS, len(kinds))
    for number in range(count):
        yield kinds[number * len(kinds) // count : (number + 1) * len(kinds) // count]


def growth(law: Law, counts: Sequence[float]) -> str | None:
    """What grew from the first rounds after the warm-up to the last; None if it did not."""
    first, last = _most_at_first(counts), _most_at_last(counts)
    if last <= first + law.margin:
        return None
    return f"There is growth in {law.name}: at first {first:g} {law.unit}, at last {last:g}."


def left_behind(after: Census) -> list[str]:
    """What is there when the pool is closed, of what it alone had made."""
    return [f"{after[law]:g} left behind: {law.name}." for law in LAWS if law.of_the_pool and after[law]]


def _most_at_first(counts: Sequence[float]) -> float:
    warm = counts[len(counts) // 5 :]
    return max(warm[: math.ceil(len(warm) / 10)])


def _most_at_last(counts: Sequence[float]) -> float:
    warm = counts[len(counts) // 5 :]
    return max(warm[-math.ceil(len(warm) / 10) :])


def _row(law: Law, censuses: Sequence[Census]) -> Row:
    """Over the rounds; the ratio is what was there at last to what was there at first."""
    counts = [census[law] for census in censuses]
    first = _most_at_first(counts)
    ratio = _most_at_last(counts) / first if first else None
    return Row(law.name, law.unit, median(counts), percentile(counts, 0.95), ratio)


@contextmanager
def _own_temporary_folder() -> Iterator[Path]:
    """Where this process keeps temporary files meanwhile, so that they can be told from everybody's."""
    before = tempfile.tempdir
    with tempfile.TemporaryDirectory() as folder:
        tempfile.tempdir = folder
        try:
            yield Path(folder)
        finally:
            tempfile.tempdir = before
