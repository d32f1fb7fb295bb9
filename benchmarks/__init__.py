"""What `handgrad bench` measures: each benchmark takes how hard to try and returns what it found."""

from collections.abc import Callable, Mapping

from benchmarks import sandbox, soak
from benchmarks.findings import Effort, Findings

BENCHMARKS: Mapping[str, Callable[[Effort], Findings]] = {"sandbox": sandbox.run, "soak": soak.run}
