"""One measured thing, as the table and `--json` show it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Row:
    """`ratio` compares medians taken in the same run, because machines are noisy."""

    name: str
    unit: str
    median: float
    p95: float
    ratio: float | None


def row_of(name: str, seconds: Sequence[float], *, beside: Sequence[float] | None = None) -> Row:
    """Summarise samples in seconds as milliseconds, beside what they are to be compared with."""
    ordered = sorted(seconds)
    return Row(
        name=name,
        unit="ms",
        median=1000 * median(ordered),
        p95=1000 * ordered[math.ceil(0.95 * len(ordered)) - 1],
        ratio=None if beside is None else median(ordered) / median(beside),
    )
