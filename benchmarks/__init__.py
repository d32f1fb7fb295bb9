"""What `handgrad bench` measures. Each benchmark takes how often to repeat and returns rows."""

from collections.abc import Callable, Mapping

from benchmarks.grading import grading
from benchmarks.rows import Row

BENCHMARKS: Mapping[str, Callable[[int], list[Row]]] = {"grading": grading}
