"""How hard a benchmark tries, and what it finds, as the table and `--json` show it."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is measured, and who is told of it. `repeat` None: as often as the benchmark needs."""

    repeat: int | None = None
    seconds: float = 60.0  # of each sustained load
    #: For what is to be known before the findings.
    say: Callable[[str], None] = field(default=lambda _sentence: None, compare=False)


@dataclass(frozen=True, slots=True)
class Row:
    """One measured thing. `p95` is what 95 % of the samples are not worse than.

    `ratio` compares medians taken in the same run, because machines are noisy.
    """

    name: str
    unit: str
    median: float
    p95: float
    ratio: float | None


@dataclass(frozen=True, slots=True)
class Findings:
    """What one benchmark has to say."""

    rows: Sequence[Row]
    notes: Sequence[str] = field(default=())  # what could not be measured, why, and the cure
    broken: Sequence[str] = field(default=())  # laws that did not hold


def row_of(name: str, seconds: Sequence[float], *, beside: Sequence[float] | None = None) -> Row:
    """Summarise samples in seconds as milliseconds, beside what they are to be compared with."""
    ratio = None if beside is None else median(seconds) / median(beside)
    return Row(name, "ms", 1000 * median(seconds), 1000 * percentile(seconds, 0.95), ratio)


def percentile(samples: Sequence[float], share: float) -> float:
    """The smallest sample that at least this share of them does not exceed."""
    return sorted(samples)[max(math.ceil(share * len(samples)), 1) - 1]
