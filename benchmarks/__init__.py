"""What `handgrad bench` measures: each benchmark takes how hard to try and returns what it found."""

from collections.abc import Callable, Mapping

from benchmarks.findings import Effort, Findings
from benchmarks.sandbox import sandbox

BENCHMARKS: Mapping[str, Callable[[Effort], Findings]] = {"sandbox": sandbox}
