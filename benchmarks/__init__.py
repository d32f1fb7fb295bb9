"""What `handgrad bench` measures: each benchmark takes how hard to try and returns what it found."""

from collections.abc import Callable, Mapping

from benchmarks import diagnosing, freezing, pages, sandbox, soak, training
from benchmarks.findings import Effort, Findings

BENCHMARKS: Mapping[str, Callable[[Effort], Findings]] = {
    "sandbox": sandbox.run,
    "freezing": freezing.run,
    "diagnosis": diagnosing.run,
    "train": training.run,
    "soak": soak.run,
    "pages": pages.run,
}
